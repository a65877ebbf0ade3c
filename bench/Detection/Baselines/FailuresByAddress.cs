using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Bench.Detection.Baselines;

/// <summary>fail2ban's rule: failures from one address within ten minutes (its default <c>findtime</c>), whatever the account.</summary>
public sealed class FailuresByAddress : IScorer
{
    private const long Within = 600_000;

    private readonly Dictionary<NetworkAddress, Queue<long>> _addresses = [];

    public string Name => "fail2ban: failures by address";

    public string Unit => "failures";

    public double Score(Observation observation)
    {
        if (observation is not Login { Outcome: not LoginOutcome.Succeeded })
            return 0;
        var address = observation.Place.Address;
        if (!_addresses.TryGetValue(address, out var failures))
            _addresses.Add(address, failures = new Queue<long>());
        var at = observation.At.ToUnixTimeMilliseconds();
        failures.Enqueue(at);
        while (failures.Peek() <= at - Within)
            failures.Dequeue();
        return failures.Count;
    }
}
