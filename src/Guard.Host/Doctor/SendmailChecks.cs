using System.Globalization;
using System.Net;
using Guard.Host.Configuration;
using Guard.Host.Node.Health;

namespace Guard.Host.Doctor;

/// <summary>Whether Sendmail asks the guard, by its sendmail.cf: an <c>X</c> line describes a filter, the option InputMailFilters uses it.</summary>
internal static class SendmailChecks
{
    private const string Usual = "/etc/mail/sendmail.cf";
    private const string Documented = "the lines are in docs/sendmail.md";

    public static IReadOnlyList<Finding> Look(GuardSettings settings, string? file)
    {
        try
        {
            return file is null && !File.Exists(Usual) ? [] : [.. Judge(settings, File.ReadAllText(file ?? Usual))];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [Finding.Warning("Sendmail", failure.Message, "run doctor as root, or name the file with --sendmail-config")];
        }
    }

    public static IEnumerable<Finding> Judge(GuardSettings settings, string configuration)
    {
        if (settings.Inline.Milter is not { } milter)
            yield break;
        var lines = configuration.Split('\n').Select(line => line.TrimEnd()).ToArray();
        var filters = lines.Where(line => line.StartsWith('X') && line.Contains("S=", StringComparison.Ordinal)).ToArray();
        if (Array.Find(filters, line => IsAt(line, milter)) is not { } ours)
        {
            yield return filters.Length == 0
                ? Finding.Warning("Sendmail", "does not ask the guard", $"add INPUT_MAIL_FILTER to sendmail.mc; {Documented}")
                : Finding.Fault(
                    "Sendmail",
                    $"asks other filters only ({filters[0]}); the guard answers at {milter}",
                    "correct INPUT_MAIL_FILTER, or intake.milter.listen"
                );
            yield break;
        }
        var name = ours[1..].Split(',', 2)[0].Trim();
        var used =
            lines
                .LastOrDefault(line => line.StartsWith("O InputMailFilters=", StringComparison.Ordinal))
                ?.Split('=', 2)[1]
                .Split(',', ';')
                .Select(one => one.Trim())
            ?? [];
        if (!used.Contains(name))
            yield return Finding.Fault("Sendmail", $"the filter {name} is described but not used", $"add it to confINPUT_MAIL_FILTERS; {Documented}");
        else if (ours.Split(',').Select(part => part.Trim()).Any(part => part is "F=R" or "F=T" or "F=4"))
            yield return Finding.Warning("Sendmail", "without the guard mail is refused", $"leave F= empty; {Documented}");
        else if (Short(ours, settings.Inline.Deadline) is { } timeout)
            yield return Finding.Warning(
                "Sendmail",
                $"waits {timeout} (T= of the filter), no longer than the guard's own deadline",
                $"T=S:2s;R:2s or longer than intake.deadline; {Documented}"
            );
        else
            yield return Finding.Ok("Sendmail", $"asks the guard (filter {name})");
    }

    /// <summary>Of <c>T=C:5m;S:10s;R:10s;E:5m</c> how long sending (S) and reading (R) may take, when that is too short; unset they are ten seconds.</summary>
    private static string? Short(string line, TimeSpan deadline)
    {
        var times = line.Split(',').Select(part => part.Trim()).FirstOrDefault(part => part.StartsWith("T=", StringComparison.Ordinal));
        return times
            ?[2..].Split(';')
            .Select(time => time.Trim())
            .FirstOrDefault(time => time.Length > 2 && time[0] is 'S' or 'R' && Span(time[2..]) <= deadline);
    }

    private static TimeSpan Span(string text) =>
        !double.TryParse(text.TrimEnd('s', 'm', 'h', 'd'), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? TimeSpan.MaxValue
            : text[^1] switch
            {
                'm' => TimeSpan.FromMinutes(number),
                'h' => TimeSpan.FromHours(number),
                'd' => TimeSpan.FromDays(number),
                _ => TimeSpan.FromSeconds(number),
            };

    /// <summary><c>S=inet:10033@127.0.0.1</c>, <c>S=local:/run/…</c> or <c>S=unix:/run/…</c>.</summary>
    private static bool IsAt(string line, EndPoint milter) =>
        milter is IPEndPoint ip
            ? line.Contains($"inet:{ip.Port}@{ip.Address}", StringComparison.Ordinal) || line.Contains($"inet:{ip.Port}@localhost", StringComparison.Ordinal)
            : line.Contains($":{milter}", StringComparison.Ordinal);
}
