using Guard.Messages;
using Guard.Messages.Decisions;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Guard.Messages.Users;

namespace Guard.Actors.Users;

/// <summary>A name that did nothing but fail to log in is no account: nothing of it is kept, nobody is asked about it, and it does not stay awake.</summary>
internal static class Strangers
{
    /// <summary>How long such a name is awake after the last question.</summary>
    public static readonly TimeSpan AwakeFor = TimeSpan.FromSeconds(1);

    /// <summary>Whether an observation founds no account, and is none's.</summary>
    public static bool IsWord(UserState state, Observation observation, UserActorContext context) =>
        observation is Login { Outcome: not LoginOutcome.Succeeded } && !state.IsFounded && !context.Options.IsListed(state.User);

    /// <summary>How many observations of a command are judged as words of strangers: those behind which nothing founds the account.</summary>
    /// <returns>The index of the first one that may be such a word.</returns>
    public static int WordsFrom(UserCommands.Observe observe)
    {
        if (observe.Founding)
            return observe.Observations.Length;
        for (var i = observe.Observations.Length; i > 0; i--)
        {
            if (observe.Observations[i - 1] is not Login { Outcome: not LoginOutcome.Succeeded })
                return i;
        }
        return 0;
    }

    /// <summary>What is answered to a command that tells of nothing but failures of a name that is no account; null for another one.</summary>
    public static IGuardMessage? Answer(UserState state, object message, UserActorContext context) =>
        message switch
        {
            UserCommands.Observe { Founding: false, Observations: { IsEmpty: false } told } when told.All(one => IsWord(state, one, context)) => new Observed(
                state.User,
                told[^1].Origin.Source,
                told[^1].Origin.Position
            ),
            UserCommands.Decide decide when IsWord(state, decide.Observation, context) => Allowed(state, decide.RequestId),
            _ => null,
        };

    public static Decision Allowed(UserState state, string requestId) => new(state.User, requestId, Verdict.Allow, Verdict.Allow, Rung.Normal, null, 0, []);
}
