using System.Collections.Immutable;
using Guard.Host.ConsoleModel.Audit;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.ConsoleModel.Store;
using Guard.Host.Node;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Sites;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>Sites: those that have accounts, and those that have a policy.</summary>
internal sealed class RecordedSites(RecordsDatabase database, InspectedNode node, IAuditLog audit) : ISiteDirectory
{
    /// <summary>Sites that one question names.</summary>
    private const int AtOnce = 500;

    public async Task<Page<SiteRow>> ListAsync(AccessScope scope, string? search, int offset, int limit, CancellationToken cancel)
    {
        if (!scope.May(AccessRights.View))
            throw new AccessDeniedException("this needs the right to view");
        var text = search?.Trim();
        var names = (await NamesAsync(cancel).ConfigureAwait(false))
            .Concat(node.Policies.Current.Sites.Keys)
            .Distinct()
            .Where(site => scope.Reaches(site) && (text is null || site.Value.Contains(text, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(site => site.Value, StringComparer.Ordinal)
            .ToArray();
        var rows = new List<SiteRow>();
        foreach (var part in names.Skip(Math.Max(0, offset)).Take(Math.Max(1, limit)).Chunk(AtOnce))
            rows.AddRange(await RowsAsync(part, cancel).ConfigureAwait(false));
        return new Page<SiteRow>([.. rows], names.Length, offset);
    }

    public async Task<SiteDetail> GetAsync(AccessScope scope, SiteId site, CancellationToken cancel)
    {
        scope.Demand(AccessRights.View, site);
        var rows = await RowsAsync([site], cancel).ConfigureAwait(false);
        if (rows is not [{ Accounts: > 0 } or { OwnPolicy: true }])
            throw new NotThereException($"no site {site}");
        return new SiteDetail(rows[0], await StatusAsync(site, cancel).ConfigureAwait(false));
    }

    public Task<SiteStatus> TogetherAsync(AccessScope scope, CancellationToken cancel)
    {
        scope.Demand(AccessRights.View, SiteId.Host);
        return StatusAsync(SiteId.Host, cancel);
    }

    private Task<SiteStatus> StatusAsync(SiteId site, CancellationToken cancel) =>
        Answers.AskAsync<SiteStatus>(node, node.Regions.Sites, new SiteCommands.GetStatus(site), cancel);

    public Task<string> ReleaseAsync(AccessScope scope, SiteId site, string why, CancellationToken cancel)
    {
        scope.Demand(AccessRights.Act, site);
        return AuditedAct.RunAsync(
            audit,
            AuditDraft.Of(scope, "site.release", site, site.Value, why),
            async () =>
            {
                var status = await Answers
                    .AskAsync<SiteStatus>(
                        node,
                        node.Regions.Sites,
                        new SiteCommands.Release(site, node.Clock.Present) { By = new Author(scope.Who, why) },
                        cancel
                    )
                    .ConfigureAwait(false);
                return $"{(site == SiteId.Host ? "all sites together" : site.Value)} stands at {status.Rung.ToString().ToLowerInvariant()}";
            },
            answer => answer,
            cancel
        );
    }

    /// <summary>Every site that has accounts. The database leaps from name to name in the index, since a site may have a million accounts.</summary>
    private Task<List<SiteId>> NamesAsync(CancellationToken cancel) =>
        database.ReadAsync(
            connection =>
                RecordsDatabase.QueryAsync(
                    connection,
                    null,
                    """
                    WITH RECURSIVE names (site) AS (
                        SELECT MIN(site) FROM console_accounts
                        UNION ALL SELECT (SELECT MIN(site) FROM console_accounts WHERE site > names.site) FROM names WHERE names.site IS NOT NULL)
                    SELECT site FROM names WHERE site IS NOT NULL
                    """,
                    row => new SiteId(row.GetString(0)),
                    cancel
                ),
            cancel
        );

    /// <summary>What is told of sites, in their order; only their own accounts are counted.</summary>
    private async Task<ImmutableArray<SiteRow>> RowsAsync(SiteId[] sites, CancellationToken cancel)
    {
        var names = sites.Select((site, index) => ($"@site{index}", (object?)site.Value)).ToArray();
        var book = node.Policies.Current;
        var domains = book
            .Domains.GroupBy(entry => entry.Value)
            .ToDictionary(group => group.Key, group => group.Select(entry => entry.Key).Order(StringComparer.Ordinal).ToImmutableArray());
        var rows = await database
            .ReadAsync(
                connection =>
                    RecordsDatabase.QueryAsync(
                        connection,
                        null,
                        $"SELECT site, COUNT(*), SUM(CASE WHEN rung > 0 THEN 1 ELSE 0 END), MAX(rung), MAX(last_seen) FROM console_accounts WHERE site IN ({string.Join(", ", names.Select(name => name.Item1))}) GROUP BY site",
                        row => new SiteRow(
                            new SiteId(row.GetString(0)),
                            [],
                            row.GetInt64(1),
                            Convert.ToInt64(row.GetValue(2), System.Globalization.CultureInfo.InvariantCulture),
                            (Rung)row.GetInt32(3),
                            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)),
                            false
                        ),
                        cancel,
                        names
                    ),
                cancel
            )
            .ConfigureAwait(false);
        var known = rows.ToDictionary(row => row.Site);
        return
        [
            .. sites.Select(site =>
                (known.GetValueOrDefault(site) ?? new SiteRow(site, [], 0, 0, Rung.Normal, null, false)) with
                {
                    Domains = domains.TryGetValue(site, out var own) ? own : [site.Value],
                    OwnPolicy = book.Sites.ContainsKey(site),
                }
            ),
        ];
    }
}
