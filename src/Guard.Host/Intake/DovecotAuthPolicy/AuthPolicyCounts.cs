using System.Collections.Concurrent;

namespace Guard.Host.Intake.DovecotAuthPolicy;

/// <summary>What the auth policy server was asked since its start.</summary>
public sealed class AuthPolicyCounts
{
    private readonly ConcurrentDictionary<string, long> _commands = new(AuthPolicyCommands.Names.Select(static name => KeyValuePair.Create(name, 0L)));

    /// <summary>Calls by command, and what became of "allow", by weakforced's names.</summary>
    public IReadOnlyDictionary<string, long> Commands => _commands;

    public void Add(string name) => _commands.AddOrUpdate(name, 1, static (_, count) => count + 1);

    public long this[string name] => _commands.GetValueOrDefault(name);
}
