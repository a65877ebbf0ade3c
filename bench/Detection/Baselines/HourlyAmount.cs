using Guard.Messages.Identity;
using Guard.Messages.Observations;

namespace Guard.Bench.Detection.Baselines;

/// <summary>A fixed limit of mails or recipients per account and hour, the same for everybody, as mail servers' rate limits have it.</summary>
public sealed class HourlyAmount(bool recipients) : IScorer
{
    private const long Hour = 3_600_000;

    private readonly Dictionary<UserId, (Queue<(long At, int Amount)> Window, long Sum)> _users = [];

    public string Name => recipients ? "fixed recipients an hour" : "fixed mails an hour";

    public string Unit => recipients ? "recipients" : "mails";

    public double Score(Observation observation)
    {
        if (observation is not Submission submission)
            return 0;
        var (window, sum) = _users.TryGetValue(observation.User, out var known) ? known : (new Queue<(long, int)>(), 0);
        var at = observation.At.ToUnixTimeMilliseconds();
        while (window.TryPeek(out var oldest) && oldest.At <= at - Hour)
            sum -= window.Dequeue().Amount;
        var amount = recipients ? submission.Recipients : 1;
        window.Enqueue((at, amount));
        sum += amount;
        _users[observation.User] = (window, sum);
        return sum;
    }
}
