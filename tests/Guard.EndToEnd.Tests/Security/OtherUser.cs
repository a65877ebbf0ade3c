using System.Diagnostics;
using System.Text;

namespace Guard.EndToEnd.Tests.Security;

/// <summary>Another user of the machine, such as whose PHP runs on it: <c>nobody</c>, with a shell that opens connections.</summary>
internal static class OtherUser
{
    public const string Name = "nobody";

    public static void Require()
    {
        Requirement.Root();
        Requirement.Programs("setpriv", "bash");
    }

    /// <summary>Runs a script of bash as that user, and returns what it printed.</summary>
    public static async Task<string> RunAsync(string script, CancellationToken cancellation)
    {
        using var process = Start(script);
        var complaint = process.StandardError.ReadToEndAsync(cancellation);
        var text = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return text + await complaint;
    }

    /// <summary>The script goes on until the process is disposed of.</summary>
    public static Process Start(string script) =>
        Process.Start(
            new ProcessStartInfo("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", "bash", "-c", script])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
                WorkingDirectory = "/",
            }
        )!;

    /// <summary>Sends a text to a port of loopback and prints what comes until the other end closes, or says nothing for two seconds.</summary>
    public static Task<string> SayAsync(int port, string text, CancellationToken cancellation) =>
        RunAsync($"exec 3<>/dev/tcp/127.0.0.1/{port} || exit 1; printf '{Escaped(text)}' >&3; timeout 2 cat <&3; true", cancellation);

    /// <summary>A call of HTTP.</summary>
    public static Task<string> CallAsync(int port, string method, string path, string body, CancellationToken cancellation) =>
        SayAsync(
            port,
            $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}",
            cancellation
        );

    private static string Escaped(string text) =>
        string.Concat(
            Encoding
                .UTF8.GetBytes(text)
                .Select(one => one is >= 32 and < 127 and not (byte)'\'' and not (byte)'\\' and not (byte)'%' ? ((char)one).ToString() : $"\\x{one:x2}")
        );
}
