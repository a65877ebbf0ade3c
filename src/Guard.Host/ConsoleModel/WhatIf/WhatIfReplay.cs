using System.Diagnostics;
using Guard.Host.Archive;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Replay;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Host.ConsoleModel.WhatIf;

/// <summary>Replays the archive with two books of policies at once, exactly as <c>accountguard replay --compare</c> does with logs.</summary>
internal sealed class WhatIfReplay(IReadOnlyList<ArchiveReader> archives, PolicyBook before, PolicyBook after, SiteId? site)
{
    private const int TellEvery = 20_000;

    private readonly HashSet<UserId> _begun = [];
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
        var total = Math.Max(1, days.Sum(day => archives.Sum(archive => archive.Count(day, site))));
        var comparison = new Comparison(before, after);
        var complete = true;
        foreach (var item in TimeOrder.Of(Items(days, user, cancel)))
        {
            if (clock.Elapsed > patience)
            {
                complete = false;
                break;
            }
            Take(item, comparison);
            if (++_items % TellEvery == 0)
                progress?.Report(new WhatIfProgress(Math.Min(1, _observations / (double)total), _observations));
        }
        if (_to is { } end)
        {
            comparison.Before.Finish(end);
            comparison.After.Finish(end);
        }
        progress?.Report(new WhatIfProgress(1, _observations));
        var differences = comparison
            .Differences()
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
            comparison.Before.Users.Count(),
            _observations,
            _from,
            _to,
            complete && silent == 0,
            Math.Round(clock.Elapsed.TotalSeconds, 2)
        );
    }

    private IEnumerable<(int Node, ArchivedItem Item)> Items(DateOnly[] days, UserId? user, CancellationToken cancel) =>
        days.SelectMany(day =>
            archives.SelectMany(
                (archive, node) => archive.Read(day, site, user, cancel).Where(item => user is null || item.User == user).Select(item => (node, item))
            )
        );

    /// <summary>An account whose beginning lies before the archive begins with the state that was written down for it; what it did before that is passed
    /// over.</summary>
    private void Take(TimedItem item, Comparison comparison)
    {
        if (item.State is { } state)
        {
            if (_begun.Add(state.User))
            {
                comparison.Before.Adopt(state);
                comparison.After.Adopt(state);
            }
            return;
        }
        var observation = item.Observation!;
        if (item.Begins)
            _begun.Add(observation.User);
        else if (!_begun.Contains(observation.User))
            return;
        comparison.Before.Take(observation);
        comparison.After.Take(observation);
        _observations++;
        _from ??= observation.At;
        _to = _to is { } last && last > observation.At ? last : observation.At;
    }
}
