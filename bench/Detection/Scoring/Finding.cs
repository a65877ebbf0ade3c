using Guard.Messages.Decisions;
using Guard.Messages.Places;
using Guard.Messages.Policies;

namespace Guard.Bench.Detection.Scoring;

/// <summary>A change of an account's rung.</summary>
public sealed record Finding(string User, long At, Rung From, Rung To, double Score, NetworkAddress Address, IReadOnlyList<Reason> Reasons)
{
    public bool IsRise => To > From;

    /// <summary>The rule, or the evidence that weighs most.</summary>
    public string Dominant => DominantOf(Reasons);

    public static string DominantOf(IReadOnlyList<Reason> reasons) =>
        reasons.Count == 0 ? "" : reasons.OrderByDescending(reason => reason.Bits == 0 ? double.MaxValue : reason.Bits).First().Code;
}

/// <summary>An address that the guard wanted blocked.</summary>
/// <param name="Cause">What was going on in the owner's life.</param>
public readonly record struct BlockFinding(string User, long At, NetworkAddress Address, string Reason, string Cause = "");

/// <summary>A change of a site's rung.</summary>
public readonly record struct SiteFinding(string Site, long At, Rung From, Rung To);
