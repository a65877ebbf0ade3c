using System.Net;
using Guard.Host.Configuration;

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
        else
            yield return Finding.Ok("Sendmail", $"asks the guard (filter {name})");
    }

    /// <summary><c>S=inet:10033@127.0.0.1</c>, <c>S=local:/run/…</c> or <c>S=unix:/run/…</c>.</summary>
    private static bool IsAt(string line, EndPoint milter) =>
        milter is IPEndPoint ip
            ? line.Contains($"inet:{ip.Port}@{ip.Address}", StringComparison.Ordinal) || line.Contains($"inet:{ip.Port}@localhost", StringComparison.Ordinal)
            : line.Contains($":{milter}", StringComparison.Ordinal);
}
