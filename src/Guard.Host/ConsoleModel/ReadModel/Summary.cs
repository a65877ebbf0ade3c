using System.Collections.Immutable;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.ConsoleModel.Store;
using Guard.Host.Node;
using Guard.Host.Platform;
using Guard.Messages.Enforcement;
using Guard.Messages.Policies;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>How things stand: health and blocks of all nodes are asked for once in a while for all, incidents for each by their reach.</summary>
internal sealed class Summary : IGuardSummary
{
    private static readonly TimeSpan Keep = TimeSpan.FromSeconds(4);

    private readonly RecordsDatabase _database;
    private readonly InspectedNode _node;
    private readonly IBlocksAndLocks _blocks;
    private readonly SharedLook<HealthSummary> _health;
    private readonly SharedLook<long> _allBlocks;
    private readonly SharedLook<DateTimeOffset?> _lastBackup;

    public Summary(RecordsDatabase database, InspectedNode node, NodeHealth health, IBlocksAndLocks blocks, string dataDirectory)
    {
        (_database, _node, _blocks) = (database, node, blocks);
        _health = new SharedLook<HealthSummary>(Keep, async () => HealthSummary.Of(await health.LookAsync(CancellationToken.None).ConfigureAwait(false)));
        _allBlocks = new SharedLook<long>(
            Keep,
            async () =>
            {
                var ledger = await Answers
                    .AskAsync<FirewallSnapshot>(node, node.Firewall, new BlockCommands.List(), CancellationToken.None)
                    .ConfigureAwait(false);
                return ledger.Standing.Length + ledger.Limited.Length;
            }
        );
        _lastBackup = new SharedLook<DateTimeOffset?>(Keep, () => Task.FromResult(LastBackup.Find(dataDirectory)));
    }

    public async Task<GuardSummary> LookAsync(AccessScope scope, CancellationToken cancel)
    {
        if (!scope.May(AccessRights.View))
            throw new AccessDeniedException("this needs the right to view");
        var health = scope.Everything ? _health.GetAsync(cancel) : null;
        var incidents = IncidentsAsync(scope, cancel);
        var unheld = UnheldAsync(scope, cancel);
        var blocks = scope.Everything
            ? await _allBlocks.GetAsync(cancel).ConfigureAwait(false)
            : (await _blocks.BlocksAsync(scope, new BlockQuery(Limit: 1), cancel).ConfigureAwait(false)).Total;
        return new GuardSummary(
            ModesOf(scope),
            await incidents.ConfigureAwait(false),
            blocks,
            health is null ? null : await health.ConfigureAwait(false),
            DateTimeOffset.UtcNow
        )
        {
            LastBackup = scope.Everything ? await _lastBackup.GetAsync(cancel).ConfigureAwait(false) : null,
            Unheld = await unheld.ConfigureAwait(false),
        };
    }

    private ImmutableArray<GuardMode> ModesOf(AccessScope scope)
    {
        var book = _node.Policies.Current;
        var modes = scope.Everything
            ? book.Sites.Values.Select(site => site.Policy.Mode).Prepend(book.Default.Mode)
            : scope.Sites.Select(site => book.For(site).Policy.Mode).Concat(scope.Accounts.Select(user => book.For(book.SiteOf(user)).For(user).Mode));
        return [.. modes.Distinct().Order()];
    }

    /// <summary>The same that the list of incidents says of each of them.</summary>
    private async Task<long> UnheldAsync(AccessScope scope, CancellationToken cancel)
    {
        if (AccountStanding.GapsOf(_node, Rung.Blocked, GuardMode.Enforce).IsEmpty)
            return 0;
        var conditions = new SqlConditions();
        conditions.InReach(scope, "site", "user_name");
        conditions.Also($"ended = 0 AND mode = {(int)GuardMode.Enforce} AND standing >= {(int)Rung.Suspended}");
        return await _database
            .ReadAsync(
                connection => RecordsDatabase.CountAsync(connection, null, $"console_incidents {conditions.Where}", cancel, conditions.Parameters),
                cancel
            )
            .ConfigureAwait(false);
    }

    private async Task<ImmutableArray<RungCount>> IncidentsAsync(AccessScope scope, CancellationToken cancel)
    {
        var conditions = new SqlConditions();
        conditions.InReach(scope, "site", "user_name");
        conditions.Also("ended = 0");
        var rows = await _database
            .ReadAsync(
                connection =>
                    RecordsDatabase.QueryAsync(
                        connection,
                        null,
                        $"SELECT standing, COUNT(*) FROM console_incidents {conditions.Where} GROUP BY standing ORDER BY standing DESC",
                        row => new RungCount((Rung)row.GetInt32(0), row.GetInt64(1)),
                        cancel,
                        conditions.Parameters
                    ),
                cancel
            )
            .ConfigureAwait(false);
        return [.. rows];
    }
}
