using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Bench.Detection.Baselines;

/// <summary>LFD's rule against distributed use: so many addresses log in to SMTP with one account within 300 seconds (<c>LF_DISTSMTP</c>).</summary>
public sealed class DistinctAddresses : IScorer
{
    private const long Within = 300_000;

    private readonly Dictionary<UserId, Queue<(long At, NetworkAddress Address)>> _users = [];
    private readonly HashSet<NetworkAddress> _seen = [];

    public string Name => "LFD: addresses in 300 s";

    public string Unit => "addresses";

    public double Score(Observation observation)
    {
        if (observation is not Login { Outcome: LoginOutcome.Succeeded, Service: Service.Smtp })
            return 0;
        if (!_users.TryGetValue(observation.User, out var window))
            _users.Add(observation.User, window = new Queue<(long, NetworkAddress)>());
        var at = observation.At.ToUnixTimeMilliseconds();
        window.Enqueue((at, observation.Place.Address));
        while (window.Peek().At <= at - Within)
            window.Dequeue();
        if (window.Count == 1)
            return 1;
        _seen.Clear();
        foreach (var (_, address) in window)
            _seen.Add(address);
        return _seen.Count;
    }
}
