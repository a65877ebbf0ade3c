using System.Collections.Immutable;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Sites;

namespace Guard.Host.ConsoleModel.Contracts;

/// <summary>A site in the list: one that has accounts or a policy.</summary>
/// <param name="AboveNormal">Accounts that stand above normal now.</param>
/// <param name="OwnPolicy">Whether it has a policy of its own, in the file or set here.</param>
public sealed record SiteRow(
    SiteId Site,
    ImmutableArray<string> Domains,
    long Accounts,
    long AboveNormal,
    Rung Worst,
    DateTimeOffset? LastSeen,
    bool OwnPolicy
);

/// <param name="Status">As its entity tells it now: its own rung, shared quotas, lately reacting users.</param>
public sealed record SiteDetail(SiteRow Row, SiteStatus Status);

public interface ISiteDirectory
{
    /// <param name="search">Part of the name; null for all.</param>
    Task<Page<SiteRow>> ListAsync(AccessScope scope, string? search, int offset, int limit, CancellationToken cancel);

    Task<SiteDetail> GetAsync(AccessScope scope, SiteId site, CancellationToken cancel);

    /// <summary>Where all sites together stand, <see cref="SiteId.Host"/>. For whoever reaches everything.</summary>
    Task<SiteStatus> TogetherAsync(AccessScope scope, CancellationToken cancel);

    /// <summary>Ends the site's own reaction. Needs <see cref="AccessRights.Act"/>.</summary>
    Task<string> ReleaseAsync(AccessScope scope, SiteId site, string why, CancellationToken cancel);
}
