using System.Diagnostics;
using Guard.Bench.Detection.Attacks;
using Guard.Bench.Detection.Scoring;
using Guard.Bench.Detection.World;
using Guard.Host.Intake.Logs;
using Guard.Host.Replay;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Policies;

namespace Guard.Bench.Detection.Worlds;

/// <summary>A mail of a thief.</summary>
/// <param name="Refused">The guard refused it, which stops it only where it is asked before.</param>
public readonly record struct ThiefMail(long At, int Recipients, bool Refused);

/// <summary>Runs a world's lines through the guard's own parser and engine, and keeps what thieves' mails came to.</summary>
public sealed class WorldReplay(Simulation simulation, WorldTraits traits, PolicyBook policies)
{
    private readonly Dictionary<UserId, (Takeover Takeover, Queue<AttackAction> Left, List<ThiefMail> Mails)> _victims = simulation.Takeovers.ToDictionary(
        takeover => new UserId(takeover.Victim.User),
        takeover => (takeover, new Queue<AttackAction>(takeover.Actions.Where(action => action.Mails > 0)), new List<ThiefMail>())
    );

    private readonly ThiefEvidence _thieves = new(simulation.Takeovers);
    private readonly ScorePeaks _peaks = new(simulation);

    /// <summary>What spoke loudest against a thief in their first six hours.</summary>
    public (double Score, string Why) Loudest(Takeover takeover)
    {
        var (score, reasons) = _thieves.Of(takeover);
        return (score, string.Join(' ', reasons.Select(reason => $"{reason.Code}:{reason.Bits:0.#}")));
    }

    /// <summary>The highest score of each incident of ordinary life.</summary>
    public IReadOnlyList<ScorePeak> Peaks => _peaks.Close();

    public FindingsWriter Findings { get; } = new();

    public double Seconds { get; private set; }

    public long Lines { get; private set; }

    public IReadOnlyList<ThiefMail> MailsOf(Takeover takeover) => _victims[new UserId(takeover.Victim.User)].Mails;

    public void Run()
    {
        var clock = Stopwatch.StartNew();
        var parser = new LogParser(
            new LogParserSettings("replay", DateTimeOffset.UtcNow),
            new UserNameRules(),
            new WorldPlaces(simulation.Networks, traits.Places, traits.Seed)
        );
        var engine = new ReplayEngine(policies, Findings);
        GeneratedObservations.Run(simulation, parser, engine.Counts, observation => Take(observation, engine));
        engine.Finish(parser.LastSeen ?? DateTimeOffset.UnixEpoch);
        (Seconds, Lines) = (clock.Elapsed.TotalSeconds, engine.Counts.Lines);
    }

    private void Take(Observation observation, ReplayEngine engine)
    {
        if (_victims.TryGetValue(observation.User, out var stolen) && WorldClock.At(observation.At) is var at && at >= stolen.Takeover.Start)
        {
            if (at <= stolen.Takeover.Start + 6 * WorldClock.Hour)
                _thieves.Look(observation, engine);
        }
        TakeCounted(observation, engine);
        // While an account is learnt its score is held below the first rung, and says nothing.
        if (
            observation is not Delivery
            && engine.Find(observation.User) is { } state
            && engine.TermsOf(observation.User) is { } terms
            && !state.IsLearning(terms.Policy.Source.Learning, observation.At.ToUnixTimeMilliseconds())
        )
            _peaks.Look(observation, engine);
    }

    private void TakeCounted(Observation observation, ReplayEngine engine)
    {
        if (observation is not Submission submission || !_victims.TryGetValue(observation.User, out var victim) || !IsTheThiefs(submission, victim.Left))
        {
            engine.Take(observation);
            return;
        }
        var before = engine.Find(observation.User)?.Totals.Stopped ?? 0;
        engine.Take(observation);
        var refused = engine.Find(observation.User)!.Totals.Stopped > before;
        victim.Mails.Add(new ThiefMail(WorldClock.At(observation.At), submission.Recipients, refused));
    }

    /// <summary>Their next mail is due, from where they send it and to as many: what the owner sends from the same line is told apart by its minute.</summary>
    private static bool IsTheThiefs(Submission submission, Queue<AttackAction> left)
    {
        var at = WorldClock.At(submission.At);
        while (left.TryPeek(out var next) && next.At < at - 5 * WorldClock.Second)
            left.Dequeue();
        if (!left.TryPeek(out var due) || due.At > at || due.Address != submission.Place.Address || due.Recipients != submission.Recipients)
            return false;
        left.Dequeue();
        return true;
    }
}
