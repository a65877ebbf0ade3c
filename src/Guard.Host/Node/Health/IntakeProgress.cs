using Guard.Host.Intake;

namespace Guard.Host.Node.Health;

/// <summary>Looks at each source now and then: one that is behind and stands still is stuck, and one whose questions go unanswered does not guard.</summary>
internal sealed class IntakeProgress(TimeProvider time)
{
    /// <summary>A source that is behind and did not go on for so long is stuck.</summary>
    public static readonly TimeSpan StuckAfter = TimeSpan.FromMinutes(2);

    /// <summary>What went unanswered is told for so long.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromMinutes(5);

    private readonly Lock _looking = new();
    private readonly Dictionary<string, (long Lines, DateTimeOffset? JournaledTo, long Since)> _seen = [];
    private readonly Dictionary<string, Queue<(long At, long Asked, long Unanswered)>> _asked = [];

    public IReadOnlyList<Finding> Look(IEnumerable<IntakeReading> readings)
    {
        lock (_looking)
            return [.. readings.Select(Look)];
    }

    private Finding Look(IntakeReading source)
    {
        var check = $"intake {source.Name}";
        if (source.Problem.Length > 0)
            return Finding.Fault(check, source.Problem, Remedy(source));
        if (source.Kind is "log" or "log pattern" or "journal")
            return Read(check, source);
        var (asked, unanswered) = Lately(source);
        // A few answers without the guard happen at a restart; more than one in a thousand is worth a look.
        if (unanswered > 0 && unanswered * 1000 > asked)
            return Finding.Fault(
                check,
                FormattableString.Invariant($"{unanswered} of {asked} questions of the last minutes were answered without the guard"),
                "is the journal well, and is the machine overloaded? intake.deadline is how long an answer may take"
            );
        return source.Notice.Length > 0 ? Finding.Warning(check, source.Notice, "")
            : source.Asked > 0
                ? Finding.Ok(
                    check,
                    FormattableString.Invariant($"{source.Asked} asked since the start, {source.Unanswered} of them answered without the guard")
                )
            : Finding.Ok(check, source.Lines > 0 ? FormattableString.Invariant($"{source.Lines} messages came") : "listens; nobody asked yet");
    }

    private Finding Read(string check, IntakeReading source)
    {
        var behind = source.BehindBytes > 0 || source.Lag > TimeSpan.Zero;
        if (!behind || !_seen.TryGetValue(source.Name, out var before) || before.Lines != source.Lines || before.JournaledTo != source.JournaledTo)
            _seen[source.Name] = before = (source.Lines, source.JournaledTo, time.GetTimestamp());
        var still = time.GetElapsedTime(before.Since);
        if (still >= StuckAfter)
            return Finding.Fault(
                check,
                FormattableString.Invariant($"{source.BehindBytes} bytes are not read, and for {still.TotalSeconds:F0} s nothing went on"),
                "what is read is journaled before it is acknowledged: is the journal well?"
            ) with
            {
                Needed = true,
            };
        return source.Notice.Length > 0
            ? Finding.Warning(check, source.Notice, "")
            : Finding.Ok(check, behind ? FormattableString.Invariant($"goes on, {source.BehindBytes} bytes behind") : "all is journaled");
    }

    private (long Asked, long Unanswered) Lately(IntakeReading source)
    {
        if (!_asked.TryGetValue(source.Name, out var looks))
            _asked.Add(source.Name, looks = new([(time.GetTimestamp(), 0, 0)]));
        looks.Enqueue((time.GetTimestamp(), source.Asked, source.Unanswered));
        while (looks.Count > 2 && time.GetElapsedTime(looks.Peek().At) > Remembered)
            looks.Dequeue();
        var first = looks.Peek();
        return (source.Asked - first.Asked, source.Unanswered - first.Unanswered);
    }

    private static string Remedy(IntakeReading source) =>
        source.Kind switch
        {
            "log" => "let the guard's user read it (on Debian: group adm), or correct intake.logs.files",
            "log pattern" => "correct intake.logs.files; may the guard's user look into these directories?",
            "journal" => "put the guard's user into the group systemd-journal; intake.journal says which units are read",
            _ => "accountguard inspect intake tells more",
        };
}
