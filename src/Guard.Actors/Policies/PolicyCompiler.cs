using System.Runtime.CompilerServices;
using Guard.Messages.Policies;

namespace Guard.Actors.Policies;

/// <summary>Compiles each policy once: thousands of users share one.</summary>
public static class PolicyCompiler
{
    private static readonly ConditionalWeakTable<GuardPolicy, EffectivePolicy> Compiled = new();

    public static EffectivePolicy Compile(GuardPolicy policy) => Compiled.GetValue(policy, static source => new EffectivePolicy(source));
}
