using System.Collections.Immutable;
using Guard.Messages.Identity;

namespace Guard.Host.ConsoleModel.Contracts;

/// <summary>What an account did from an address or network, as far as the archive goes back.</summary>
/// <param name="Failures">Failed logins.</param>
/// <param name="Stopped">Logins and mails that were refused.</param>
/// <param name="Strange">Times that it was held for strange.</param>
public sealed record AddressAccount(
    UserId User,
    SiteId Site,
    long Logins,
    long Failures,
    long Mails,
    long Stopped,
    long Strange,
    DateTimeOffset FirstSeen,
    DateTimeOffset LastSeen
);

/// <summary>What happened to an address before.</summary>
/// <param name="What">Such as <c>block.add</c>, <c>block.lift</c>, <c>exempt.add</c> by somebody, <c>block</c> for an account.</param>
/// <param name="By">Who ordered it, or the account it was done for.</param>
public sealed record AddressHistory(DateTimeOffset At, string What, string By, string Reason)
{
    /// <summary>The same as evidence, where it was done for an account.</summary>
    public ImmutableArray<ExplainedReason> Reasons { get; init; } = [];
}

/// <summary>Where an address is named.</summary>
/// <param name="List"><c>exempt</c>, <c>configured-exempt</c>, <c>usual</c> or <c>suspicious</c>.</param>
/// <param name="Where">Whose list it is: a site, <c>default</c>, or who exempted it.</param>
public sealed record AddressListing(string List, string Network, string Where);

/// <summary>What is counted against an address now.</summary>
/// <param name="Failures">Failed logins within the last hour; those of accounts at home there and of old passwords do not count.</param>
/// <param name="Names">Names that it failed at within a day.</param>
/// <param name="NetworkFailures">The same of its network.</param>
/// <param name="AtHome">Accounts that logged in from its network on different days.</param>
public sealed record AddressAttemptCount(int Failures, int Names, int NetworkFailures, int AtHome);

/// <summary>Everything that is known of an address or network, in the asker's reach.</summary>
/// <param name="Network">As it is written: <c>198.51.100.7</c> or <c>198.51.100.0/24</c>.</param>
/// <param name="Blockable">What a block of it would block; empty where it is too wide.</param>
/// <param name="Kind">What range it is from, such as <c>public</c>.</param>
/// <param name="Country">ISO 3166-1 alpha-2; empty for places nobody knows.</param>
/// <param name="Asn">Autonomous system, or 0.</param>
/// <param name="Anonymous">Such as <c>vpn</c>, <c>tor</c>.</param>
/// <param name="Blocks">Those that stand and cover it, or lie in it.</param>
/// <param name="Offences">How often it was blocked, as far as that is remembered; 0 for whoever does not see the whole server.</param>
/// <param name="History">Newest first.</param>
/// <param name="Attempts">Null for networks, and for whoever does not see the whole server.</param>
/// <param name="Since">From when on the archive was read; null when none is kept.</param>
/// <param name="Complete">False when the time was up, and older things of accounts may be missing.</param>
public sealed record AddressDetail(
    string Network,
    string Blockable,
    string Kind,
    string Country,
    uint Asn,
    ImmutableArray<string> Anonymous,
    ImmutableArray<AddressAccount> Accounts,
    ImmutableArray<BlockRow> Blocks,
    int Offences,
    ImmutableArray<AddressHistory> History,
    ImmutableArray<AddressListing> Lists,
    AddressAttemptCount? Attempts,
    DateOnly? Since,
    bool Complete
);

/// <summary>Addresses and networks as the console shows them.</summary>
public interface IAddressDirectory
{
    /// <exception cref="BadRequestException">It is neither.</exception>
    Task<AddressDetail> GetAsync(AccessScope scope, string network, CancellationToken cancel);
}
