using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Guard.Host.Running.Setup;

/// <summary>The guard's line in sendmail.mc (docs/sendmail.md), put in and taken out; everything else stays as it is.</summary>
internal static partial class SendmailLines
{
    /// <summary>An m4 comment that says whose the next line is.</summary>
    public const string Mark = "dnl " + "Written by accountguard setup --mail-server; accountguard setup --undo takes it away.";

    /// <summary>Without a flag mail flows while the guard is away.</summary>
    public static string Filter(IPEndPoint milter) =>
        $"INPUT_MAIL_FILTER(`accountguard', `S={(milter.AddressFamily == AddressFamily.InterNetworkV6 ? "inet6" : "inet")}:{milter.Port}@{milter.Address}, F=, T=C:2s;S:2s;R:2s;E:5s')dnl";

    /// <returns>The text with the guard's filter as the last one, so that it does not count what another one refuses; null when there is no place for it.</returns>
    public static string? With(string macros, IPEndPoint milter)
    {
        var lines = Without(macros).Split('\n').ToList();
        if (lines.Any(line => IsFilter(line) && line.Contains($":{milter.Port}@", StringComparison.Ordinal)))
            // Somebody wrote it by hand.
            return macros;
        var mailers = lines.FindIndex(line => Mailers().IsMatch(line));
        if (mailers < 0)
            return null;
        var last = lines.FindLastIndex(IsFilter);
        while (last >= 0 && last < lines.Count - 1 && !lines[last].Contains(')', StringComparison.Ordinal))
            last++;
        lines.InsertRange(Math.Max(mailers, last + 1), [Mark, Filter(milter)]);
        return string.Join('\n', lines);
    }

    public static string Without(string macros)
    {
        var lines = macros.Split('\n').ToList();
        while (lines.IndexOf(Mark) is >= 0 and var at)
            lines.RemoveRange(at, Math.Min(2, lines.Count - at));
        return string.Join('\n', lines);
    }

    /// <summary>Whether two sendmail.cf say the same; both begin with when and by whom they were made.</summary>
    public static bool IsSame(string configuration, string other) => Said(configuration).SequenceEqual(Said(other));

    private static IEnumerable<string> Said(string configuration) =>
        configuration.Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0 && !line.StartsWith('#'));

    private static bool IsFilter(string line) =>
        !line.TrimStart().StartsWith("dnl", StringComparison.Ordinal) && line.Contains("MAIL_FILTER", StringComparison.Ordinal);

    [GeneratedRegex(@"^\s*MAILER(_DEFINITIONS\b|\s*\()")]
    private static partial Regex Mailers();
}
