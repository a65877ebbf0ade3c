using System.Text;
using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Tests.Fuzzing;

/// <summary>Whether the user and the address of an observation stand in the line that told of it, whatever the line is.</summary>
internal static class WhatStands
{
    /// <param name="lines">The line, and those before it that may take part in what it tells: the user may stand in one, the address in another.</param>
    public static bool In(IReadOnlyCollection<byte[]> lines, Observation observation) =>
        (observation.User.IsNone || lines.Any(line => HasUser(Encoding.UTF8.GetString(line), observation.User.Value)))
        && (observation.Place.Address.IsNone || lines.Any(line => HasAddress(Encoding.UTF8.GetString(line), observation.Place.Address)));

    /// <summary>In the line's own spelling, with or without the domain that names without one get.</summary>
    private static bool HasUser(string line, string user)
    {
        // What is escaped, in the name or in the line, or folded beyond ASCII, has another spelling there.
        if (!Ascii.IsValid(user) || user.Contains('%', StringComparison.Ordinal) || line.Contains('\\', StringComparison.Ordinal))
            return true;
        // The domain may be the one that names without get, or stand in a place of its own (a realm).
        var at = user.LastIndexOf('@');
        return Has(line, user) || (Has(line, user[..at]) && (user.EndsWith("@example.com", StringComparison.Ordinal) || Has(line, user[(at + 1)..])));
    }

    private static bool Has(string line, string text) => line.Contains(text, StringComparison.OrdinalIgnoreCase);

    private static bool HasAddress(string line, NetworkAddress address)
    {
        // JSON may write any character by its number.
        if (Has(line, address.ToString()) || Has(line, "\\u"))
            return true;
        // Mapped, written out in full, or with underscores for its colons.
        for (var from = 0; from < line.Length; from++)
        {
            if (!IsOfAddress(line[from]) || (from > 0 && IsOfAddress(line[from - 1])))
                continue;
            var to = from;
            while (to < line.Length && IsOfAddress(line[to]))
                to++;
            var word = line[from..to].Replace('_', ':').TrimEnd('.');
            for (; word.Length > 1; word = word[..Math.Max(word.LastIndexOf(':'), 0)])
            {
                if (NetworkAddress.TryParse(Encoding.ASCII.GetBytes(word.TrimEnd(':')), out var read) && read == address)
                    return true;
                if (NetworkAddress.TryParse(Encoding.ASCII.GetBytes(word), out read) && read == address)
                    return true;
            }
        }
        return false;
    }

    private static bool IsOfAddress(char c) => char.IsAsciiHexDigit(c) || c is ':' or '.' or '_';
}
