using System.Diagnostics;
using Guard.Host.Archive;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Replay;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Host.ConsoleModel.WhatIf;

/// <summary>
/// Replays the archive with two books of policies at once, exactly as <c>accountguard replay --compare</c> does with logs: one site after the other, since accounts of
/// different sites share nothing but what the host notes of all sites together, which is left out; so that not more is held than the largest of them needs.
/// </summary>
internal sealed class WhatIfReplay(IReadOnlyList<ArchiveReader> archives, PolicyBook before, PolicyBook after, SiteId? site)
{
    private const int TellEvery = 20_000;

    private readonly HashSet<UserId> _begun = [];
    private readonly List<TreatedDifferently> _differences = [];
    private int _accounts;
    private long _observations;
    private long _items;
    private DateTimeOffset? _from;
    private DateTimeOffset? _to;

    /// <param name="user">Only this account; null for all.</param>
    /// <param name="silent">Nodes whose archive is not there.</param>
    public WhatIfResult Run(UserId? user, int silent, DateOnly since, TimeSpan patience, IProgress<WhatIfProgress>? progress, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        foreach (var archive in archives)
            archive.Flush(site);
        DateOnly[] days = [.. archives.SelectMany(archive => archive.Days).Where(day => day >= since).Distinct().Order()];
        var total = Math.Max(1, days.Sum(day => archives.Sum(archive => archive.Count(day, site, cancel))));
        var complete = true;
        foreach (var (one, held) in Sites(days, cancel))
        {
            complete = Replay(one, held, user, total, () => clock.Elapsed > patience, progress, cancel);
            if (!complete)
                break;
        }
        progress?.Report(new WhatIfProgress(1, _observations));
        var differences = Comparison
            .MostAffectedFirst(_differences)
            // Who moved from one site to another has a part of their story in each.
            .DistinctBy(one => one.User)
            .Select(one => new WhatIfAccount(one.User, one.Before, one.After, one.StoppedBefore, one.StoppedAfter, one.Why)
            {
                RefusedBefore = one.RefusedBefore,
                RefusedAfter = one.RefusedAfter,
                At = one.At,
                Reasons = ExplainedReason.Of(one.Reasons),
            })
            .ToArray();
        return new WhatIfResult(
            WhatIfWords.Of(differences, complete, silent),
            [.. differences],
            _accounts,
            _observations,
            _from,
            _to,
            complete && silent == 0,
            Math.Round(clock.Elapsed.TotalSeconds, 2)
        );
    }

    /// <summary>The sites that are looked at, each with its days.</summary>
    private IEnumerable<(SiteId Site, DateOnly[] Days)> Sites(DateOnly[] days, CancellationToken cancel) =>
        site is { } one
            ? [(one, days)]
            : days.SelectMany(day => archives.SelectMany(archive => archive.Sites(day, cancel)).Distinct().Select(held => (Site: held, Day: day)))
                .GroupBy(held => held.Site, held => held.Day)
                .OrderBy(held => held.Key.Value, StringComparer.Ordinal)
                .Select(held => (held.Key, held.ToArray()));

    /// <summary>False when the time was up.</summary>
    private bool Replay(
        SiteId one,
        DateOnly[] days,
        UserId? user,
        long total,
        Func<bool> timeIsUp,
        IProgress<WhatIfProgress>? progress,
        CancellationToken cancel
    )
    {
        _begun.Clear();
        var comparison = new Comparison(before, after);
        var complete = true;
        DateTimeOffset? to = null;
        foreach (var item in TimeOrder.Of(Items(one, days, user, cancel)))
        {
            if (timeIsUp())
            {
                complete = false;
                break;
            }
            if (Take(item, comparison) is { } at)
                to = to is { } last && last > at ? last : at;
            if (++_items % TellEvery == 0)
                progress?.Report(new WhatIfProgress(Math.Min(1, _observations / (double)total), _observations));
        }
        if (to is { } end)
        {
            comparison.Before.Finish(end);
            comparison.After.Finish(end);
            _to = _to is { } last && last > end ? last : end;
        }
        _differences.AddRange(comparison.Differences());
        _accounts += comparison.Before.Users.Count();
        return complete;
    }

    private IEnumerable<(int Node, ArchivedItem Item)> Items(SiteId one, DateOnly[] days, UserId? user, CancellationToken cancel) =>
        days.SelectMany(day =>
            archives.SelectMany(
                (archive, node) => archive.Read(day, one, user, cancel).Where(item => user is null || item.User == user).Select(item => (node, item))
            )
        );

    /// <summary>An account whose beginning lies before the archive begins with the state that was written down for it; what it did before that is passed
    /// over.</summary>
    /// <returns>When what was taken happened; null when nothing was.</returns>
    private DateTimeOffset? Take(TimedItem item, Comparison comparison)
    {
        if (item.State is { } state)
        {
            if (_begun.Add(state.User))
            {
                comparison.Before.Adopt(state);
                comparison.After.Adopt(state);
            }
            return null;
        }
        var observation = item.Observation!;
        if (item.Begins)
            _begun.Add(observation.User);
        else if (!_begun.Contains(observation.User))
            return null;
        comparison.Before.Take(observation);
        comparison.After.Take(observation);
        _observations++;
        _from = _from is { } first && first < observation.At ? first : observation.At;
        return observation.At;
    }
}
