using Guard.Bench.Detection.Attacks;
using Guard.Bench.Detection.Life;
using Guard.Bench.Detection.Scoring;
using Guard.Bench.Detection.World;
using Guard.Messages.Identity;
using Guard.Messages.Observations;

namespace Guard.Bench.Detection.Baselines;

/// <summary>
/// Keeps of each scorer only what any threshold needs: the highest score of each ordinary account-day, and of each thief, before their fiftieth mail and at all.
/// A thief's guesses before they succeed count in favour of whoever notices them.
/// </summary>
public sealed class SweepWatcher : IWatcher
{
    /// <summary>A thief stopped before this many mails was stopped early.</summary>
    public const int EarlyMails = 50;

    private readonly Simulation _simulation;
    private readonly IScorer[] _scorers;
    private readonly Dictionary<UserId, Watched> _accounts;
    private readonly float[][] _days;

    public SweepWatcher(Simulation simulation, IScorer[] scorers)
    {
        (_simulation, _scorers) = (simulation, scorers);
        var attacks = simulation.Takeovers.ToDictionary(takeover => takeover.Victim);
        _accounts = simulation.Population.Accounts.ToDictionary(
            account => new UserId(account.User),
            account => new Watched(account, attacks.GetValueOrDefault(account), scorers.Length)
        );
        _days = [.. scorers.Select(_ => new float[simulation.Population.Accounts.Count * simulation.Size.Days])];
    }

    private sealed class Watched(Account account, Takeover? attack, int scorers)
    {
        public Account Account => account;

        public Takeover? Attack => attack;

        public int Mails { get; set; }

        public double[] Early { get; } = new double[scorers];

        public double[] Ever { get; } = new double[scorers];
    }

    public void Take(Observation observation)
    {
        if (observation is Delivery || !_accounts.TryGetValue(observation.User, out var watched))
            return;
        var at = WorldClock.At(observation.At);
        var attack = watched.Attack;
        var hostile = attack?.Addresses.Contains(observation.Place.Address) == true;
        var stolen = attack is not null && attack.Kind.IsTakeover() && at >= attack.Start;
        var guesser = !hostile && observation is Login { Outcome: not LoginOutcome.Succeeded } && _simulation.Guessers.ContainsKey(observation.Place.Address);
        var day = (int)Math.Clamp(at / WorldClock.Day, 0, _simulation.Size.Days - 1);
        var slot = watched.Account.Index * _simulation.Size.Days + day;
        for (var i = 0; i < _scorers.Length; i++)
        {
            var score = _scorers[i].Score(observation);
            if (score <= 0)
                continue;
            if (hostile)
                watched.Ever[i] = Math.Max(watched.Ever[i], score);
            if (hostile && watched.Mails < EarlyMails)
                watched.Early[i] = Math.Max(watched.Early[i], score);
            else if (!hostile && !stolen && !guesser)
                _days[i][slot] = Math.Max(_days[i][slot], (float)score);
        }
        if (hostile && observation is Submission)
            watched.Mails++;
    }

    public IEnumerable<Sweep> Results()
    {
        var months = Exposure.AccountMonths(_simulation);
        var thefts = _accounts.Values.Where(watched => watched.Attack?.Kind.IsTakeover() == true).ToList();
        for (var i = 0; i < _scorers.Length; i++)
        {
            var scorer = i;
            yield return new Sweep(
                _scorers[i].Name,
                _scorers[i].Unit,
                [.. thefts.Select(watched => new ThiefScore(watched.Attack!.Kind, watched.Early[scorer], watched.Ever[scorer]))],
                [.. _days[i].Where(score => score > 0).Order()],
                months
            );
        }
    }
}
