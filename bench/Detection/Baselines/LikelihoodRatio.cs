using Guard.Actors.Behaviour;
using Guard.Messages.Identity;
using Guard.Messages.Observations;

namespace Guard.Bench.Detection.Baselines;

/// <summary>
/// The login model of Freeman, Jain, Dürmuth, Biggio, Giacinto, "Who Are You? A Statistical Approach to Measuring User Authenticity" (NDSS 2016): how much
/// less likely the place is for this user than for anybody, log2 of p(x) / p(x|u) · p(u|attack) / p(u). Thieves choose users evenly, and no attack data is
/// used.
/// The place is smoothed by backing off from narrow network to provider (or wide network) to country to anywhere, with Witten-Bell weights.
/// It sees logins only, no sending.
/// </summary>
public sealed class LikelihoodRatio : IScorer
{
    /// <summary>Users with fewer logins are not judged: there is nothing to compare with.</summary>
    private const int LeastLogins = 10;

    /// <summary>Added to the bits, since thresholds are looked for above 0 only.</summary>
    private const double Shift = 20;

    private readonly Level[] _everybody = [new(), new(), new()];
    private readonly Dictionary<UserId, Level[]> _users = [];

    public string Name => "login likelihood ratio (Freeman 2016)";

    public string Unit => "bits + 20";

    public double Score(Observation observation)
    {
        if (observation is not Login { Outcome: LoginOutcome.Succeeded })
            return 0;
        if (!_users.TryGetValue(observation.User, out var user))
            _users.Add(observation.User, user = [new(), new(), new()]);
        var keys = PlaceKeys.Of(observation.Place);
        ReadOnlySpan<ulong> places = [keys.Narrow, keys.Asn == 0 ? keys.Wide : keys.Asn, keys.Country];
        var score = user[0].All < LeastLogins ? 0 : Bits(user, places);
        for (var i = 0; i < places.Length; i++)
        {
            user[i].Add(places[i]);
            _everybody[i].Add(places[i]);
        }
        return score;
    }

    private double Bits(Level[] user, ReadOnlySpan<ulong> places)
    {
        // p(x|u) / p(x): what is unseen on a level is shared out as the level above has it.
        var ratio = 1.0;
        for (var i = places.Length - 1; i >= 0; i--)
        {
            var weight = user[i].All / (double)(user[i].All + user[i].Distinct);
            var own = user[i].Share(places[i]);
            ratio = weight * (own == 0 ? 0 : own / _everybody[i].Share(places[i])) + (1 - weight) * ratio;
        }
        var usersShare = user[0].All / (double)_everybody[0].All;
        return Math.Max(0, Shift - Math.Log2(ratio) - Math.Log2(usersShare * _users.Count));
    }

    private sealed class Level
    {
        private readonly Dictionary<ulong, int> _counts = [];

        public int All { get; private set; }

        public int Distinct => _counts.Count;

        public void Add(ulong key)
        {
            All++;
            System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_counts, key, out _)++;
        }

        public double Share(ulong key) => _counts.GetValueOrDefault(key) / (double)All;
    }
}
