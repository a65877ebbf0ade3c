using System.Diagnostics;
using Guard.Host.Platform;

namespace Guard.Host.Intake.Logs.Names;

/// <summary>
/// Asks a table that only Postfix can read (hash, lmdb, SQL, LDAP) with <c>postmap -q</c>. Each question starts a program, and strangers make names up: so
/// answers are remembered by who asks, and only so many questions are asked a minute.
/// </summary>
internal sealed class PostmapQuery(string table, TimeProvider time)
{
    private const int PerMinute = 300;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private long _minute;
    private int _asked;

    /// <summary>Questions that were not asked, since there were too many, or that were not answered.</summary>
    public long Unasked { get; private set; }

    public string? Find(string name)
    {
        // "-" would mean standard input.
        if (name.Length == 0 || name[0] == '-' || !Allowed())
            return null;
        var start = new ProcessStartInfo("postmap")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.ArgumentList.Add("-q");
        start.ArgumentList.Add(name);
        start.ArgumentList.Add(table);
        start.Environment["PATH"] = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin";
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEndAsync();
            if (!process.WaitForExit(Patience))
            {
                process.Kill(entireProcessTree: true);
                return Failed();
            }
            var value = OwnThread.Await(output);
            var complaint = OwnThread.Await(errors);
            // 1 without a word: it is not in there.
            return process.ExitCode == 0 ? value.TrimEnd('\n')
                : complaint.Length == 0 ? null
                : Failed();
        }
        catch (Exception failure) when (failure is System.ComponentModel.Win32Exception or InvalidOperationException or IOException)
        {
            return Failed();
        }
    }

    private string? Failed()
    {
        lock (_gate)
            Unasked++;
        return null;
    }

    private bool Allowed()
    {
        lock (_gate)
        {
            var minute = time.GetUtcNow().Ticks / TimeSpan.TicksPerMinute;
            if (minute != _minute)
                (_minute, _asked) = (minute, 0);
            if (++_asked <= PerMinute)
                return true;
            Unasked++;
            return false;
        }
    }
}
