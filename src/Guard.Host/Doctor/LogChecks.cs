using System.Globalization;
using Guard.Host.Configuration;
using Guard.Host.Geo;
using Guard.Host.Intake;
using Guard.Host.Intake.Files;
using Guard.Host.Intake.Journal;
using Guard.Host.Intake.Logs;
using Guard.Host.Node.Health;
using Guard.Messages.Observations;

namespace Guard.Host.Doctor;

/// <summary>Whether the logs can be read, and whether what their last lines say is understood.</summary>
internal static class LogChecks
{
    /// <summary>The end of a log says how it is written today.</summary>
    private const int TailBytes = 4 << 20;

    private const int LastEntries = 10_000;

    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(10);

    public static IEnumerable<Finding> Look(GuardSettings settings, DateTimeOffset now)
    {
        if (settings.Logs.Files.IsEmpty && settings.Journal is null)
            yield return Finding.Warning(
                "logs",
                "no log is read: only what mail servers ask or report is seen",
                "intake.logs.files = [\"/var/log/mail.log\"], or intake.journal.units = all where systemd's journal has what mail servers log"
            );
        if (settings.Journal is { } journal)
            yield return Look(journal, settings, now);
        foreach (var named in settings.Logs.Files)
        {
            if (!LogPattern.Names(named))
            {
                foreach (var finding in Look(named, settings, now))
                    yield return finding;
                continue;
            }
            var found = new LogPattern(named).Find(LogSources.MaxFound + 1);
            yield return found.Count == 0
                ? Finding.Warning(
                    $"logs {named}",
                    "fit no file that is there",
                    "correct intake.logs.files, or wait for the first container; can the guard's user look into these directories?"
                )
            : found.Count > LogSources.MaxFound
                ? Finding.Fault(
                    $"logs {named}",
                    $"fit more than {LogSources.MaxFound} files",
                    "narrow intake.logs.files down to the containers of mail servers"
                )
            : Finding.Ok($"logs {named}", $"fit {found.Count} files");
            // All are followed; a few show how they are written.
            foreach (var finding in found.Take(5).SelectMany(file => Look(file, settings, now)))
                yield return finding;
        }
    }

    private static Finding[] Look(string file, GuardSettings settings, DateTimeOffset now)
    {
        var check = $"log {file}";
        var notices = new List<string>();
        try
        {
            using var stream = LogFileStream.TryOpen(file, out var problem);
            if (stream is null)
                return
                [
                    Finding.Fault(
                        check,
                        problem,
                        "let the guard's user read it (on Debian: group adm), or correct intake.logs.files; on a machine that logs to the journal alone: intake.journal.units = all"
                    ),
                ];
            if (stream.IsPipe)
                return
                [
                    Finding.Warning(
                        check,
                        "is a pipe: what comes is read, but a crash of the guard loses what it had not journaled, and what is written while it is down",
                        "intake.journal reads systemd's journal without loss; of other programs let a file be written"
                    ),
                ];
            var written = new DateTimeOffset(File.GetLastWriteTimeUtc(file), TimeSpan.Zero);
            var parser = new LogParser(
                new LogParserSettings(file, written, null, settings.Logs.Zone, settings.Logs.DovecotTag, settings.Logs.DovecotAuthFailures)
                {
                    File = file,
                    Watch = new SourceWatch(Path.GetFileName(file), notices.Add),
                },
                UserNames.Of(settings.Logs),
                new PlaceLookup([])
            );
            var judged = Judge(check, Count(stream, parser), parser.LastStamp, written, settings, now);
            return
            [
                judged,
                .. notices.Select(notice => Finding.Warning(check, notice, "")),
                .. parser.CountsEximFromDeliveries ? [EximWithoutRecipients(check)] : Array.Empty<Finding>(),
            ];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [Finding.Fault(check, failure.Message, "let the guard's user read it (on Debian: group adm), or correct intake.logs.files")];
        }
        catch (FormatException failure)
        {
            return [Finding.Fault(check, failure.Message, "correct intake.logs.virtual-map")];
        }
    }

    private static Finding EximWithoutRecipients(string check) =>
        Finding.Warning(
            check,
            "Exim does not log the recipients of a message when it comes in: they are counted as they are delivered, which is late for a quota",
            "set log_selector = +received_recipients in Exim's configuration"
        );

    private static Finding Look(JournalSettings journal, GuardSettings settings, DateTimeOffset now)
    {
        var check = JournalSource.NameOf(journal);
        try
        {
            var parser = new LogParser(
                new LogParserSettings(check, now, null, settings.Logs.Zone, settings.Logs.DovecotTag, settings.Logs.DovecotAuthFailures),
                UserNames.Of(settings.Logs),
                new PlaceLookup([])
            );
            var (counts, complaint) = JournalFiles.Latest(journal, LastEntries, stream => Count(stream, parser, skipFirst: false));
            if (complaint.Contains("not seeing messages", StringComparison.Ordinal) || complaint.Contains("insufficient permissions", StringComparison.Ordinal))
                return Finding.Fault(check, "not all of it may be read", "put the guard's user into the group systemd-journal");
            return counts == default
                ? Finding.Warning(
                    check,
                    $"has no entries of {(journal.Units.IsEmpty ? "any unit" : string.Join(", ", journal.Units))}{(complaint.Length > 0 ? ": " + complaint : "")}",
                    "name the units in intake.journal.units as systemctl list-units does, or all"
                )
                : Judge(check, counts, parser.LastStamp, now, settings with { Logs = settings.Logs with { FollowsLogClock = true } }, now);
        }
        catch (Exception failure) when (failure is IOException or LogFileException)
        {
            return Finding.Fault(check, failure.Message, "intake.journal needs journalctl, of the package systemd");
        }
        catch (FormatException failure)
        {
            return Finding.Fault(check, failure.Message, "correct intake.logs.virtual-map");
        }
    }

    private static (int Observed, int Ignored, int Unparsed, int Foreign) Count(LogFileStream stream, LogParser parser)
    {
        var skipFirst = stream.Length > TailBytes;
        if (skipFirst)
            stream.Position = stream.Length - TailBytes;
        return Count(stream, parser, skipFirst);
    }

    private static (int Observed, int Ignored, int Unparsed, int Foreign) Count(Stream stream, LogParser parser, bool skipFirst)
    {
        var counts = (Observed: 0, Ignored: 0, Unparsed: 0, Foreign: 0);
        var buffer = new LineBuffer();
        var into = new List<Observation>();
        while (buffer.Fill(stream))
        {
            while (buffer.TryNext(out var line, out var offset))
            {
                if (skipFirst)
                {
                    skipFirst = false;
                    continue;
                }
                into.Clear();
                var result = parser.Feed(line, 0, offset, into);
                if (result == LineResult.Observed)
                    counts.Observed++;
                else if (result is LineResult.Nothing or LineResult.Foreign)
                    counts.Ignored++;
                else
                    counts.Unparsed++;
                if (result == LineResult.Foreign)
                    counts.Foreign++;
            }
        }
        return counts;
    }

    private static Finding Judge(
        string check,
        (int Observed, int Ignored, int Unparsed, int Foreign) lines,
        DateTimeOffset? last,
        DateTimeOffset written,
        GuardSettings settings,
        DateTimeOffset now
    )
    {
        var all = lines.Observed + lines.Ignored + lines.Unparsed;
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"of the last {all:N0} lines {Share(lines.Observed, all)} tell of logins or mail, {Share(lines.Foreign, all)} are of no known daemon, {Share(lines.Unparsed, all)} of unknown shape"
        );
        if (lines.Observed == 0)
            return Finding.Warning(
                check,
                all == 0 ? "it is empty" : text,
                "is it the log of the mail server? Dovecot's instance_name goes into intake.logs.dovecot-tag"
            );
        if (lines.Unparsed * 100 > all)
            return Finding.Warning(
                check,
                text,
                "accountguard parse shows how each line is read, accountguard intake unknown the shapes that are not known: please report them"
            );
        if (last is { } seen && (seen - written).Duration() > ClockTolerance && !settings.Logs.FollowsLogClock)
        {
            var said = string.Create(
                CultureInfo.InvariantCulture,
                $"its last line says {seen.UtcDateTime:yyyy-MM-dd HH:mm} UTC, but it was written at {written.UtcDateTime:yyyy-MM-dd HH:mm} UTC"
            );
            // Zones differ by half hours; a log that is copied now and then is behind by anything.
            return seen > written || IsZone(written - seen)
                ? Finding.Fault(check, said, "set intake.logs.time-zone to the zone in which the log is written")
                : Finding.Warning(check, said, "is it a copy that comes late? The guard judges by the lines' own time; let it read the log itself");
        }
        return now - written > TimeSpan.FromDays(1) && !settings.Logs.FollowsLogClock
            ? Finding.Warning(
                check,
                string.Create(CultureInfo.InvariantCulture, $"{text}; nothing was written since {written.UtcDateTime:yyyy-MM-dd HH:mm} UTC"),
                "does the mail server log elsewhere?"
            )
            : Finding.Ok(check, text);
    }

    private static bool IsZone(TimeSpan behind)
    {
        const double HalfHour = 30;
        var beyond = behind.TotalMinutes % HalfHour;
        return behind < TimeSpan.FromHours(15) && Math.Min(beyond, HalfHour - beyond) < 2;
    }

    private static string Share(int count, int all) => string.Create(CultureInfo.InvariantCulture, $"{(all == 0 ? 0 : 100.0 * count / all):0.#} %");
}
