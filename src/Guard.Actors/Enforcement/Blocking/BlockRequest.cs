using System.Collections.Immutable;
using Guard.Actors.Reactions;
using Guard.Messages.Decisions;
using Guard.Messages.Places;

namespace Guard.Actors.Enforcement.Blocking;

/// <summary>A reaction asks for an address to be blocked.</summary>
/// <param name="At">When the request is judged.</param>
/// <param name="Hold">How long a first offence is held.</param>
/// <param name="AccountsSeen">How many accounts used the address lately, the offended one included.</param>
/// <param name="AccountsAtHome">How many of them know the address well.</param>
public sealed record BlockRequest(NetworkAddress Address, DateTimeOffset At, TimeSpan Hold, string Reason, int AccountsSeen = 0, int AccountsAtHome = 0)
{
    /// <summary>Bits of the IPv6 prefix that is asked for; 0: what one party holds.</summary>
    public int PrefixLength { get; init; }

    /// <summary>How many accounts are at home in the network around it: blocked addresses there are not joined, and not held longer for coming
    /// back.</summary>
    public int AtHomeAround { get; init; }

    /// <summary>The address did little itself: where others are at home around, it may be one of them.</summary>
    public bool IsSuspicion { get; init; }

    /// <summary>Names that it guessed: one mailbox of their own is no pass for somebody who tries many.</summary>
    public int NamesGuessed { get; init; }

    public double KnownGoodShare => AccountsSeen <= 0 ? 0 : Math.Clamp((double)AccountsAtHome / (AccountsSeen + NamesGuessed), 0, 1);

    /// <param name="prefixLength">See <see cref="PrefixLength"/>.</param>
    /// <param name="company">What is known of who logs in from where.</param>
    public static BlockRequest Of(
        NetworkAddress address,
        int prefixLength,
        DateTimeOffset at,
        TimeSpan hold,
        ImmutableArray<Reason> reasons,
        IAddressCompany company
    )
    {
        var (seen, home) = prefixLength > 0 ? company.Within(BlockScope.Of(address, prefixLength)) : company.Behind(address);
        var guessed = reasons.FirstOrDefault(reason => reason.Code is ReasonCodes.GuessedAccounts or ReasonCodes.StrangersGuessing);
        return new BlockRequest(address, at, hold, reasons.IsEmpty ? "" : ReasonText.Of(reasons[0]), seen, home)
        {
            NamesGuessed = prefixLength > 0 ? 0 : (int)(guessed?.Value ?? 0),
            AtHomeAround = company.Around(address),
            PrefixLength = prefixLength,
            IsSuspicion = reasons.Any(reason => reason.Code == ReasonCodes.Besieged),
        };
    }
}
