using System.Globalization;
using System.Net;
using System.Text;

namespace Guard.Host.Enforcement.EximQueue;

/// <summary>Who handed a mail in, as Exim's own spool file says; what a client wrote stands behind it.</summary>
/// <param name="Login">The name that logged in; empty without a login.</param>
/// <param name="IsLocal">A program of this machine handed it in: by Exim's command, or over loopback.</param>
public sealed record EximEnvelope(string Login, bool IsLocal)
{
    /// <summary>Lines: id, owner, sender, time.</summary>
    private const int Before = 4;

    /// <summary>Reads what <c>exim -Mvh</c> prints: id, owner, sender and time a line each, then options, one a line with a dash in front, then the recipients'
    /// tree; the mail's headers come behind an empty line (Exim's specification, 57: format of spool files).</summary>
    public static EximEnvelope Parse(string text)
    {
        var (login, host, local) = ("", "", false);
        var rest = text.AsSpan();
        for (var line = 0; line < Before; line++)
            _ = Line(ref rest);
        while (rest.StartsWith("-"))
        {
            // Two dashes: from outside. A value in the quoting of a lookup stands in brackets before it.
            var line = Line(ref rest).TrimStart('-');
            var blank = line.IndexOf(' ');
            var name = blank < 0 ? line : line[..blank];
            var value = blank < 0 ? [] : line[(blank + 1)..];
            if (name.IndexOf('(') is >= 0 and var bracket && name.IndexOf(')') is var end && end > bracket)
                name = name[(end + 1)..];
            switch (name)
            {
                case "auth_id":
                    login = value.ToString();
                    break;
                case "host_address":
                    host = value.ToString();
                    break;
                case "local":
                    local = true;
                    break;
                case "aclm" or "aclc" or "acl":
                    // A variable of the configuration: its name and length, then its value, which may hold lines that look like these.
                    Skip(ref rest, int.TryParse(value[(value.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture, out var length) ? length : 0);
                    break;
            }
        }
        return new EximEnvelope(login, local || host.Length == 0 || IsLoopback(host));
    }

    private static ReadOnlySpan<char> Line(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOf('\n');
        var line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..];
        return line;
    }

    /// <param name="bytes">Of the value, which ends with one more line's end.</param>
    private static void Skip(ref ReadOnlySpan<char> rest, int bytes)
    {
        while (bytes > 0 && Rune.DecodeFromUtf16(rest, out var rune, out var used) is not System.Buffers.OperationStatus.NeedMoreData)
        {
            // What was no UTF-8 was one byte.
            bytes -= rune == Rune.ReplacementChar ? 1 : rune.Utf8SequenceLength;
            rest = rest[used..];
        }
        _ = Line(ref rest);
    }

    /// <summary><c>[192.0.2.7]:51234</c>, older releases <c>192.0.2.7.51234</c>.</summary>
    private static bool IsLoopback(string host) =>
        host.StartsWith("127.", StringComparison.Ordinal)
        || host.StartsWith('[')
            && IPAddress.TryParse(host[1..Math.Max(1, host.IndexOf(']', StringComparison.Ordinal))], out var address)
            && IPAddress.IsLoopback(address);
}
