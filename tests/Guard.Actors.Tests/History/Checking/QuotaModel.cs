namespace Guard.Actors.Tests.History.Checking;

/// <summary>What an account is asked.</summary>
public enum QuotaCall : byte
{
    Submit,
    Release,
    Read,
}

/// <param name="Amount">Recipients of a submission.</param>
public readonly record struct QuotaInput(QuotaCall Call, int Amount)
{
    public override string ToString() => Call == QuotaCall.Submit ? $"submit {Amount}" : Call.ToString().ToLowerInvariant();
}

/// <summary>What an account answers.</summary>
public enum QuotaVerdict : byte
{
    Allowed,

    /// <summary>The account's own quota is exceeded.</summary>
    OverQuota,

    /// <summary>The account is locked.</summary>
    Locked,

    /// <summary>The site's shared quota has nothing left for it.</summary>
    OverSite,

    /// <summary>An order was carried out, or a value was read.</summary>
    Done,
}

/// <param name="Value">What was read.</param>
public readonly record struct QuotaOutput(QuotaVerdict Verdict, int Value)
{
    public override string ToString() => Verdict == QuotaVerdict.Done ? $"{Value}" : Verdict.ToString();
}

/// <summary>An account with a quota: what would exceed it is refused and is not counted.</summary>
/// <param name="locks">Whether it also locks the account until it is released.</param>
public sealed class QuotaModel(int limit, bool locks) : ISequentialModel<(int Used, bool Locked), QuotaInput, QuotaOutput>
{
    public (int Used, bool Locked) Initial => (0, false);

    public (bool Possible, (int Used, bool Locked) Next) Step((int Used, bool Locked) state, QuotaInput input, QuotaOutput output, bool unknown)
    {
        switch (input.Call)
        {
            case QuotaCall.Release:
                return (true, state with { Locked = false });
            case QuotaCall.Read:
                return (unknown || output.Value == state.Used, state);
            default:
                var (would, next) =
                    state.Locked ? (QuotaVerdict.Locked, state)
                    : state.Used + input.Amount > limit ? (QuotaVerdict.OverQuota, state with { Locked = locks })
                    : (QuotaVerdict.Allowed, state with { Used = state.Used + input.Amount });
                // The site may be short at any time: that refusal changes nothing of the account.
                if (!unknown && output.Verdict == QuotaVerdict.OverSite)
                    return (would == QuotaVerdict.Allowed, state);
                return (unknown || output.Verdict == would, next);
        }
    }

    /// <summary>A release changes nothing now and something later: it is none.</summary>
    public bool IsLook(QuotaInput input, QuotaOutput output) =>
        input.Call == QuotaCall.Read || (input.Call == QuotaCall.Submit && output.Verdict is (QuotaVerdict.Locked or QuotaVerdict.OverSite));
}
