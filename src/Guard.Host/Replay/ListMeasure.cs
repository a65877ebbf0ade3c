using Guard.Host.Configuration;
using Guard.Host.Geo;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Policies;

namespace Guard.Host.Replay;

/// <summary>What one list of reputation added over the same logs: all lists, compared with all but this one.</summary>
/// <param name="Seen">Accounts that somebody used from a listed address.</param>
/// <param name="Quiet">Those of them of which nothing was ever told, with the list or without: ordinary accounts that it hit.</param>
/// <param name="Reports">Incidents that there are only with it, and those that it told earlier.</param>
/// <param name="Restrictions">The same from the rung that restricts.</param>
public sealed record ListMeasured(string List, double Bits, int Seen, int Quiet, ListGain Reports, ListGain Restrictions);

/// <param name="More">Only with the list.</param>
/// <param name="Accounts">Of how many accounts these are.</param>
/// <param name="Fewer">Only without it: a report that came earlier can make a later one needless.</param>
/// <param name="Earlier">With both, but sooner.</param>
/// <param name="MinutesEarlier">Their median.</param>
public readonly record struct ListGain(int More, int Accounts, int Fewer, int Earlier, double MinutesEarlier);

/// <summary>Runs the logs without each list of the configuration beside the run with all of them.</summary>
public sealed class ListMeasure : IReplayListener
{
    private readonly record struct Run(ReplayEngine Engine, RiseWriter Rises);

    private readonly PlaceLookup _places;
    private readonly Run _all;
    private readonly (ReputationSettings List, Run Without, HashSet<UserId> Seen)[] _lists;

    public ListMeasure(GuardSettings settings, PlaceLookup places)
    {
        _places = places;
        _all = Begin();
        _lists = [.. settings.Reputation.Select(list => (list, Begin(), new HashSet<UserId>()))];

        Run Begin()
        {
            var rises = new RiseWriter();
            return new Run(new ReplayEngine(settings.Policies, rises) { OwnProxies = settings.OwnProxies }, rises);
        }
    }

    public void Take(Observation observation)
    {
        _all.Engine.Take(observation);
        foreach (var (list, without, seen) in _lists)
        {
            var other = _places.Without(observation.Place, list.Name);
            if (other.Listed.Length != observation.Place.Listed.Length && observation is Submission or Login { Outcome: LoginOutcome.Succeeded })
                seen.Add(observation.User);
            without.Engine.Take(ReferenceEquals(other, observation.Place) ? observation : observation with { Place = other });
        }
    }

    public IReadOnlyList<ListMeasured> Results() =>
        [
            .. _lists.Select(one => new ListMeasured(
                one.List.Name,
                one.List.Bits,
                one.Seen.Count,
                one.Seen.Count(user => !_all.Rises.Knows(user) && !one.Without.Rises.Knows(user)),
                RiseWriter.Compare(_all.Rises, one.Without.Rises, Rung.Reported),
                RiseWriter.Compare(_all.Rises, one.Without.Rises, Rung.Restricted)
            )),
        ];
}
