using Guard.Messages.Identity;
using Guard.Messages.Observations;

namespace Guard.Bench.Detection.Baselines;

/// <summary>
/// The alert on a country that an account was not used from lately. The threshold is how many days "lately" is; a country never seen counts the days
/// that the account is known, so that a new account does not alarm by its first login.
/// </summary>
public sealed class NewCountry : IScorer
{
    private const double Day = 86_400_000;

    private readonly Dictionary<UserId, Dictionary<string, long>> _users = [];

    public string Name => "new country";

    public string Unit => "days unseen";

    public double Score(Observation observation)
    {
        if (observation is not Login { Outcome: LoginOutcome.Succeeded } || observation.Place.Country.Length == 0)
            return 0;
        var at = observation.At.ToUnixTimeMilliseconds();
        if (!_users.TryGetValue(observation.User, out var countries))
            _users.Add(observation.User, countries = new Dictionary<string, long> { [""] = at });
        // The empty name holds when the account was first seen.
        var last = countries.GetValueOrDefault(observation.Place.Country, countries[""]);
        countries[observation.Place.Country] = at;
        return (at - last) / Day;
    }
}
