using System.Text;
using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Tests.Fuzzing;

/// <summary>Whether the user and the address of an observation stand in the line that told of it, whatever the line is.</summary>
internal static class WhatStands
{
    public static bool In(byte[] line, Observation observation)
    {
        var text = Encoding.UTF8.GetString(line);
        return (observation.User.IsNone || HasUser(text, observation.User.Value))
            && (observation.Place.Address.IsNone || HasAddress(text, observation.Place.Address));
    }

    /// <summary>In the line's own spelling, with or without the domain that names without one get.</summary>
    private static bool HasUser(string line, string user)
    {
        // What is escaped, in the name or in the line, or folded beyond ASCII, has another spelling there.
        if (!Ascii.IsValid(user) || user.Contains('%', StringComparison.Ordinal) || line.Contains('\\', StringComparison.Ordinal))
            return true;
        const string Domain = "@example.com";
        return line.Contains(user, StringComparison.OrdinalIgnoreCase)
            || (user.EndsWith(Domain, StringComparison.Ordinal) && line.Contains(user[..^Domain.Length], StringComparison.OrdinalIgnoreCase));
    }

    private static bool HasAddress(string line, NetworkAddress address)
    {
        if (line.Contains(address.ToString(), StringComparison.OrdinalIgnoreCase))
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
