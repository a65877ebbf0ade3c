using System.Text.Json;

namespace Guard.Host.Tests.Fuzzing;

/// <summary>What stands around a daemon's <c>program[7]: message</c>.</summary>
public static class LineEnvelope
{
    public static string[] All { get; } = ["journal", "docker", "cri", "compose", "rfc5424", "repeated"];

    public static string Around(string envelope, string line) =>
        envelope switch
        {
            "journal" => Journal(line),
            "docker" => JsonSerializer.Serialize(
                new Dictionary<string, string>
                {
                    ["log"] = $"Nov 24 02:14:15 mail {line}\n",
                    ["stream"] = "stdout",
                    ["time"] = "2026-11-24T02:14:15.123456789Z",
                }
            ),
            "cri" => $"2026-11-24T02:14:15.123456789Z stdout F Nov 24 02:14:15 mail {line}",
            "compose" => $"mail-1  | Nov 24 02:14:15 mail {line}",
            "rfc5424" => Rfc5424(line),
            "repeated" => Repeated(line),
            _ => throw new ArgumentOutOfRangeException(nameof(envelope), envelope, null),
        };

    private static (string Program, string Process, string Message) Parts(string line)
    {
        var colon = line.IndexOf(": ", StringComparison.Ordinal);
        var bracket = line.IndexOf('[', StringComparison.Ordinal);
        return bracket > 0 && bracket < colon
            ? (line[..bracket], line[(bracket + 1)..(colon - 1)], line[(colon + 2)..])
            : (line[..colon], "", line[(colon + 2)..]);
    }

    private static string Journal(string line)
    {
        var (program, process, message) = Parts(line);
        var entry = new Dictionary<string, string>
        {
            ["__REALTIME_TIMESTAMP"] = "1790848800000000",
            ["SYSLOG_IDENTIFIER"] = program,
            ["MESSAGE"] = message,
        };
        if (process.Length > 0)
            entry["SYSLOG_PID"] = process;
        return JsonSerializer.Serialize(entry);
    }

    private static string Rfc5424(string line)
    {
        var (program, process, message) = Parts(line);
        return $"<22>1 2026-11-24T02:14:15.123456+00:00 mail {program} {(process.Length > 0 ? process : "-")} - - {message}";
    }

    private static string Repeated(string line)
    {
        var (program, process, message) = Parts(line);
        return $"Nov 24 02:14:15 mail {program}{(process.Length > 0 ? $"[{process}]" : "")}: message repeated 1 times: [ {message}]";
    }
}
