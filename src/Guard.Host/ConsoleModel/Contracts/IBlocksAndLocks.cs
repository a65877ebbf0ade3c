using System.Collections.Immutable;
using Guard.Messages.Identity;

namespace Guard.Host.ConsoleModel.Contracts;

/// <summary>A network that a node's firewall shall block.</summary>
/// <param name="By">The account it was blocked for, or who ordered it.</param>
public sealed record BlockRow(string Node, string Network, DateTimeOffset Until, string Reason, string By, string Country);

/// <summary>An account that shall be locked.</summary>
public sealed record LockRow(string Node, UserId User, SiteId Site, DateTimeOffset Since, DateTimeOffset? Until, string Reason);

/// <summary>A network that is never blocked, besides those of the configuration.</summary>
/// <param name="Until">Null for until it is taken back.</param>
public sealed record ExemptRow(string Network, DateTimeOffset Since, DateTimeOffset? Until, string Reason, string By);

/// <param name="Search">Part of the network, account or reason.</param>
public sealed record BlockQuery(string? Search = null, string? Node = null, int Offset = 0, int Limit = 50);

/// <summary>
/// Blocks and locks of every node. A server admin sees all; a site owner sees the locks of the site's accounts and the blocks that were ordered for them.
/// </summary>
public interface IBlocksAndLocks
{
    Task<Page<BlockRow>> BlocksAsync(AccessScope scope, BlockQuery query, CancellationToken cancel);

    Task<Page<LockRow>> LocksAsync(AccessScope scope, BlockQuery query, CancellationToken cancel);

    /// <summary>Blocks on every node, or makes a block last so long from now. Needs <see cref="AccessRights.Block"/> everywhere.</summary>
    /// <param name="network">An IPv4 address or /24, an IPv6 address, /64, /56 or /48.</param>
    /// <returns>What each node said.</returns>
    /// <exception cref="BadRequestException">It is no network, or one that is never blocked.</exception>
    Task<ImmutableArray<string>> BlockAsync(AccessScope scope, string network, TimeSpan hold, string why, CancellationToken cancel);

    /// <summary>Lifts a block on every node. Needs <see cref="AccessRights.Block"/> everywhere.</summary>
    Task<ImmutableArray<string>> LiftAsync(AccessScope scope, string network, string why, CancellationToken cancel);

    /// <summary>The networks that are never blocked. Needs <see cref="AccessRights.View"/> everywhere.</summary>
    Task<ImmutableArray<ExemptRow>> ExemptAsync(AccessScope scope, CancellationToken cancel);

    /// <summary>Exempts networks, all or none: a list as people have them, one a line. Needs <see cref="AccessRights.Block"/> everywhere.</summary>
    /// <param name="hold">How long; null for until it is taken back.</param>
    /// <exception cref="BadRequestException">A line is no network; told with its number.</exception>
    Task<ImmutableArray<string>> AddExemptAsync(AccessScope scope, string list, TimeSpan? hold, string why, CancellationToken cancel);

    /// <summary>Lets a network be blocked again. Needs <see cref="AccessRights.Block"/> everywhere.</summary>
    Task<ImmutableArray<string>> RemoveExemptAsync(AccessScope scope, string network, string why, CancellationToken cancel);
}
