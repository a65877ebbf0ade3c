using System.Collections.Immutable;
using Guard.Host.ConsoleModel.Audit;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.ConsoleModel.Store;
using Guard.Host.Node;
using Guard.Host.Texts;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Sites;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>Sites: those that have accounts, and those that have a policy.</summary>
internal sealed class RecordedSites(RecordsDatabase database, InspectedNode node, IAuditLog audit) : ISiteDirectory
{
    public async Task<Page<SiteRow>> ListAsync(AccessScope scope, string? search, int offset, int limit, CancellationToken cancel)
    {
        if (!scope.May(AccessRights.View))
            throw new AccessDeniedException("this needs the right to view");
        var rows = await RowsAsync(scope, null, cancel).ConfigureAwait(false);
        var found = rows.Where(row => search is null || row.Site.Value.Contains(search.Trim(), StringComparison.OrdinalIgnoreCase))
            .OrderBy(row => row.Site.Value, StringComparer.Ordinal)
            .ToArray();
        return new Page<SiteRow>([.. found.Skip(Math.Max(0, offset)).Take(Math.Max(1, limit))], found.Length, offset);
    }

    public async Task<SiteDetail> GetAsync(AccessScope scope, SiteId site, CancellationToken cancel)
    {
        scope.Demand(AccessRights.View, site);
        var rows = await RowsAsync(scope, site, cancel).ConfigureAwait(false);
        if (rows is [])
            throw new NotThereException($"no site {site}");
        return new SiteDetail(
            rows[0],
            await Answers.AskAsync<SiteStatus>(node, node.Regions.Sites, new SiteCommands.GetStatus(site), cancel).ConfigureAwait(false)
        );
    }

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
                        new SiteCommands.Release(site, RecordsTime.Of(node.Clock)) { By = new Author(scope.Who, why) },
                        cancel
                    )
                    .ConfigureAwait(false);
                return $"{site} stands at {status.Rung.ToString().ToLowerInvariant()}";
            },
            answer => answer,
            cancel
        );
    }

    private async Task<List<SiteRow>> RowsAsync(AccessScope scope, SiteId? only, CancellationToken cancel)
    {
        var conditions = new SqlConditions();
        conditions.InReach(scope, "site", userColumn: null);
        conditions.Equal("site", only?.Value);
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
                        $"SELECT site, COUNT(*), SUM(CASE WHEN rung > 0 THEN 1 ELSE 0 END), MAX(rung), MAX(last_seen) FROM console_accounts {conditions.Where} GROUP BY site",
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
                        conditions.Parameters
                    ),
                cancel
            )
            .ConfigureAwait(false);
        var known = rows.Select(row => row.Site).ToHashSet();
        var silent = book
            .Sites.Keys.Where(site => !known.Contains(site) && (only is null || only == site) && scope.Reaches(site))
            .Select(site => new SiteRow(site, [], 0, 0, Rung.Normal, null, true));
        return
        [
            .. rows.Concat(silent)
                .Select(row =>
                    row with
                    {
                        Domains = domains.TryGetValue(row.Site, out var own) ? own : [row.Site.Value],
                        OwnPolicy = book.Sites.ContainsKey(row.Site),
                    }
                ),
        ];
    }
}
