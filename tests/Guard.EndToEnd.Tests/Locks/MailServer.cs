using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Guard.EndToEnd.Tests.Firewall;
using Guard.Host.Platform;
using Xunit;

namespace Guard.EndToEnd.Tests.Locks;

/// <summary>
/// A Dovecot and a Postfix of the test's own, in a temporary directory and on free ports of loopback. Outgoing mail stays in the queue. The accounts
/// are info@example.com and anna@example.com, both with the password "secret".
/// </summary>
internal sealed partial class MailServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ProcessRunner _runner = new();
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("accountguard-mail");
    private readonly int _imap = FreePort.Next();
    private readonly int _pop3 = FreePort.Next();
    private readonly int _submission = FreePort.Next();
    private Process? _dovecot;
    private (int Policy, int AuthPolicy)? _guard;
    private bool _everywhere;
    private string[] _bare = [];
    private NetworkNamespace? _inside;
    private bool _patient;

    public string Root => _directory.FullName;

    public int SubmissionPort => _submission;

    public int ImapPort => _imap;

    /// <summary>How clients connect to a port: from this machine, or from where a test says.</summary>
    public Func<int, CancellationToken, Task<LineTalk>> Open { get; set; } = (port, cancellation) => LineTalk.Open(port, cancellation);

    public string PostfixLog => Path.Combine(Root, "postfix.log");

    public string DovecotLog => Path.Combine(Root, "dovecot.log");

    public string DenyFile => Path.Combine(Root, "deny");

    public string AccessMap => Path.Combine(Root, "access");

    public string DovecotConfiguration => Path.Combine(Root, "dovecot.conf");

    public string PostfixConfiguration => Path.Combine(Root, "postfix");

    public IProcessRunner Runner => _inside ?? (IProcessRunner)_runner;

    /// <param name="guard">Ports of a guard's policy and auth policy, which the servers then ask.</param>
    /// <param name="everywhere">Postfix asks in every restriction list.</param>
    /// <param name="bare">Accounts that log in by a name without a domain, besides.</param>
    /// <param name="patient">Postfix waits longer for an answer than the documented line says, behind which mail flows unasked: what is tried is what is
    /// answered, not how fast.</param>
    /// <param name="inside">Where they run instead of on this machine's loopback, on all addresses; <paramref name="open"/> connects to them then.</param>
    public static async Task<MailServer> Start(
        CancellationToken cancellation,
        (int Policy, int AuthPolicy)? guard = null,
        bool everywhere = false,
        string[]? bare = null,
        bool patient = true,
        NetworkNamespace? inside = null,
        Func<int, CancellationToken, Task<LineTalk>>? open = null
    )
    {
        Requirement.Root();
        Requirement.Programs("dovecot", "doveadm", "postfix", "postmap", "postqueue", "postsuper");
        var server = new MailServer
        {
            _guard = guard,
            _everywhere = everywhere,
            _bare = bare ?? [],
            _inside = inside,
            _patient = patient,
        };
        server.Open = open ?? server.Open;
        try
        {
            await server.StartPostfix(cancellation);
            await server.StartDovecot(cancellation);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
        return server;
    }

    public async Task<LineTalk?> Imap(string user, CancellationToken cancellation)
    {
        var talk = await Open(_imap, cancellation);
        if ((await talk.Say($"a LOGIN {user} secret", cancellation)).StartsWith("a OK", StringComparison.Ordinal))
            return talk;
        talk.Dispose();
        return null;
    }

    /// <summary>The answer to a login by IMAP.</summary>
    public async Task<string> ImapLogin(string user, CancellationToken cancellation, string password = "secret")
    {
        using var talk = await Open(_imap, cancellation);
        return await talk.Say($"a LOGIN {user} {password}", cancellation);
    }

    /// <summary>The answer to a login by POP3.</summary>
    public async Task<string> Pop3Login(string user, CancellationToken cancellation, string password = "secret")
    {
        using var talk = await Open(_pop3, cancellation);
        await talk.Say($"USER {user}", cancellation);
        return await talk.Say($"PASS {password}", cancellation);
    }

    public async Task<bool> ImapWorks(string user, CancellationToken cancellation)
    {
        using var talk = await Imap(user, cancellation);
        return talk is not null;
    }

    /// <summary>Logs in to the submission port and sends a mail. Returns the first refusal, or the answer to the mail itself.</summary>
    public async Task<string> Send(string user, CancellationToken cancellation, string? sender = null)
    {
        using var talk = await Open(_submission, cancellation);
        await talk.Say("EHLO client.test", cancellation);
        var answer = "";
        foreach (
            var line in new[]
            {
                "AUTH PLAIN " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"\0{user}\0secret")),
                $"MAIL FROM:<{sender ?? user}>",
                "RCPT TO:<bob@remote.test>",
                "DATA",
                "Subject: x\r\n\r\nx\r\n.",
            }
        )
            if ((answer = await talk.Say(line, cancellation)) is not ['2' or '3', ..])
                break;
        return answer;
    }

    /// <summary>Logs in to the submission port and names a recipient, without handing in a mail. Returns the first refusal, or the answer to the
    /// recipient.</summary>
    public async Task<string> Address(string user, CancellationToken cancellation)
    {
        using var talk = await Open(_submission, cancellation);
        await talk.Say("EHLO client.test", cancellation);
        var answer = "";
        foreach (
            var line in new[]
            {
                "AUTH PLAIN " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"\0{user}\0secret")),
                $"MAIL FROM:<{user}>",
                "RCPT TO:<bob@remote.test>",
            }
        )
            if ((answer = await talk.Say(line, cancellation)) is not ['2' or '3', ..])
                break;
        return answer;
    }

    /// <summary>How many mails of a sender Postfix has accepted, and for how many recipients, by its own log; reading its queue may miss what just
    /// moves.</summary>
    public (int Mails, int Recipients) Accepted(string sender)
    {
        var queued = File.ReadLines(PostfixLog)
            .Select(line => QueuedMail().Match(line))
            .Where(mail => mail.Success && mail.Groups["from"].Value == sender)
            .DistinctBy(mail => mail.Groups["id"].Value)
            .ToArray();
        return (queued.Length, queued.Sum(mail => int.Parse(mail.Groups["count"].Value, CultureInfo.InvariantCulture)));
    }

    [GeneratedRegex("qmgr\\[[0-9]+\\]: (?<id>[^:]+): from=<(?<from>[^>]*)>, size=[0-9]+, nrcpt=(?<count>[0-9]+) \\(queue active\\)")]
    private static partial Regex QueuedMail();

    public static string QueueId(string answer) => answer[(answer.LastIndexOf(' ') + 1)..];

    public async ValueTask DisposeAsync()
    {
        await _runner.Run(new ProcessRequest("postfix", "-c", PostfixConfiguration, "stop"));
        if (_dovecot is not null)
        {
            await _runner.Run(new ProcessRequest("doveadm", "-c", DovecotConfiguration, "stop"));
            await _dovecot.WaitForExitAsync();
            _dovecot.Dispose();
        }
        // Postfix's last processes may still write while the directory goes.
        await Eventually.Within(
            Patience,
            () =>
            {
                try
                {
                    _directory.Delete(recursive: true);
                    return Task.FromResult(true);
                }
                catch (IOException)
                {
                    return Task.FromResult(false);
                }
            },
            CancellationToken.None
        );
    }

    private async Task StartPostfix(CancellationToken cancellation)
    {
        File.SetUnixFileMode(Root, (UnixFileMode)0b111_101_101);
        Directory.CreateDirectory(PostfixConfiguration);
        foreach (var directory in new[] { "queue", "data" })
            Directory.CreateDirectory(Path.Combine(Root, directory));
        await _runner.Must(new ProcessRequest("chown", "postfix", Path.Combine(Root, "data")), cancellation);
        foreach (var name in new[] { "postfix-files", "dynamicmaps.cf" })
            File.Copy(Path.Combine("/etc/postfix", name), Path.Combine(PostfixConfiguration, name));
        await File.WriteAllTextAsync(AccessMap, "", cancellation);
        await _runner.Must(new ProcessRequest("postmap", $"hash:{AccessMap}"), cancellation);
        await File.WriteAllTextAsync(
            Path.Combine(PostfixConfiguration, "main.cf"),
            MailServerConfiguration.PostfixMain(Root, _inside is null ? "127.0.0.1" : "all"),
            cancellation
        );
        await File.WriteAllTextAsync(
            Path.Combine(PostfixConfiguration, "master.cf"),
            MailServerConfiguration.PostfixMaster(
                _inside is null ? $"127.0.0.1:{_submission}" : $"{_submission}",
                AccessMap,
                _guard?.Policy,
                _everywhere,
                _patient
            ),
            cancellation
        );
        await Runner.Must(new ProcessRequest("postfix", "-c", PostfixConfiguration, "start"), cancellation);
    }

    private async Task StartDovecot(CancellationToken cancellation)
    {
        await File.WriteAllTextAsync(
            Path.Combine(Root, "users"),
            string.Concat(new[] { "info@example.com", "anna@example.com" }.Concat(_bare).Select(name => $"{name}:{{PLAIN}}secret\n")),
            cancellation
        );
        await File.WriteAllTextAsync(DenyFile, "# kept by hand\nold@example.com\n", cancellation);
        await File.WriteAllTextAsync(
            DovecotConfiguration,
            MailServerConfiguration.Dovecot(Root, _imap, _pop3, _guard?.AuthPolicy, _inside is null ? "127.0.0.1" : "*"),
            cancellation
        );
        Directory.CreateDirectory(Path.Combine(Root, "mail"));
        await _runner.Must(new ProcessRequest("chown", "nobody", Path.Combine(Root, "mail")), cancellation);
        string[] words = [.. _inside is null ? (string[])[] : ["ip", "netns", "exec", _inside.Name], "/usr/sbin/dovecot", "-F", "-c", DovecotConfiguration];
        _dovecot = Process.Start(new ProcessStartInfo(words[0], words[1..]))!;
        Assert.True(
            await Eventually.Within(
                Patience,
                async () =>
                {
                    try
                    {
                        return await ImapWorks("info@example.com", cancellation);
                    }
                    catch (SocketException)
                    {
                        return false;
                    }
                },
                cancellation
            ),
            $"Dovecot did not start; see {Root}/dovecot.log"
        );
    }
}
