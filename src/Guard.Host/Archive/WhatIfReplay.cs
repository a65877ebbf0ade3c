using System.Diagnostics;
using Guard.Host.Replay;
using Guard.Host.Web.Services;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Host.Archive;

/// <summary>Replays the archive with two books of policies at once, exactly as <c>accountguard replay --compare</c> does with logs.</summary>
internal sealed class WhatIfReplay(ArchiveReader archive, PolicyBook before, PolicyBook after, SiteId? site)
{
    private const int TellEvery = 20_000;

    private readonly HashSet<UserId> _begun = [];
    private long _observations;
    private long _items;
    private DateTimeOffset? _from;
    private DateTimeOffset? _to;

    /// <param name="user">Only this account; null for all.</param>
    public WhatIfResult Run(UserId? user, DateOnly since, TimeSpan patience, IProgress<WhatIfProgress>? progress, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        archive.Flush(site);
        var days = archive.Days.Where(day => day >= since).ToArray();
        var total = Math.Max(1, days.Sum(day => archive.Count(day, site)));
        var comparison = new Comparison(before, after);
        var complete = true;
        foreach (var item in TimeOrder.Of(days.SelectMany(day => archive.Read(day, site, user, cancel)).Where(item => user is null || item.User == user)))
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
        var differences = comparison.Differences().Select(one => new WhatIfAccount(one.User, one.Before, one.After, one.StoppedBefore, one.StoppedAfter, one.Why)).ToArray();
        return new WhatIfResult(WhatIfWords.Of(differences, complete), [.. differences], comparison.Before.Users.Count(), _observations, _from, _to, complete, Math.Round(clock.Elapsed.TotalSeconds, 2));
    }

    /// <summary>An account whose beginning lies before the archive begins with the state that was written down for it; what it did before that is passed over.</summary>
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
