using System.Globalization;
using System.Net.Sockets;
using Guard.EndToEnd.Tests.Firewall;
using Guard.EndToEnd.Tests.Inline;
using Guard.EndToEnd.Tests.Locks;
using Guard.Host.Enforcement.PostfixQueue;
using Guard.Host.Platform;
using Xunit;

namespace Guard.EndToEnd.Tests.Enforcement;

/// <summary>
/// A machine of its own with a real Postfix and Dovecot, nftables and system accounts, and the built guard in enforce mode on it. The account's owner is at home
/// in Britain and travels in France; a thief in Romania has the password. All three are other machines.
/// </summary>
internal sealed class Takeover : IAsyncDisposable
{
    public const string Info = "info@example.com";
    public const string Thief = TwoMachines.Public4;
    public const string Owner = TwoMachines.OtherPublic4;

    /// <summary>So many mails the thief may send.</summary>
    public const int Mails = 3;

    private const string Home = "81.2.69.142";
    private const int DaysKnown = 30;

    private readonly TwoMachines _machines;
    private readonly MachineWithOwnAccounts _accounts;
    private readonly MailServer _server;
    private readonly PostfixQueue _queue;
    private readonly (int Policy, int AuthPolicy) _ports;
    private int _process;

    private Takeover(TwoMachines machines, MachineWithOwnAccounts accounts, MailServer server, (int Policy, int AuthPolicy) ports)
    {
        (_machines, _accounts, _server, _ports) = (machines, accounts, server, ports);
        _queue = new PostfixQueue(server.Runner, _ => null, server.PostfixConfiguration);
    }

    public GuardProgram Guard { get; } = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<Takeover> Start(string more = "")
    {
        Requirement.Root();
        Requirement.Programs("nft", "ip", "nsenter");
        var accounts = await MachineWithOwnAccounts.Start(Cancellation);
        await accounts.Must(new ProcessRequest("useradd", "-M", "info"), Cancellation);
        await accounts.Must(new ProcessRequest("chpasswd") { Input = "info:secret\n" }, Cancellation);
        var machines = await TwoMachines.Start(Cancellation);
        await machines.Server.Must(new ProcessRequest("nft", "-f", "-") { Input = ForeignRulesets.Fail2Ban }, Cancellation);
        var ports = (FreePort.Next(), FreePort.Next());
        var server = await MailServer.Start(
            Cancellation,
            ports,
            inside: machines.Server,
            open: (port, cancellation) => Open(machines, TwoMachines.Neighbour4, port, cancellation)
        );
        var takeover = new Takeover(machines, accounts, server, ports);
        takeover.Configure("enforce", more);
        return takeover;
    }

    /// <summary>Where whoever speaks to the servers from now on sits.</summary>
    public void Sit(string at) => _server.Open = (port, cancellation) => Open(_machines, at, port, cancellation);

    private static async Task<LineTalk> Open(TwoMachines machines, string from, int port, CancellationToken cancellation) =>
        await machines.Connect(from, cancellation, port) is { } socket
            ? await LineTalk.Over(socket, cancellation)
            : throw new SocketException((int)SocketError.TimedOut);

    public Task<bool> Connects(string from) => _machines.Reaches(from, Cancellation, _server.ImapPort);

    public Task<bool> LogsIn() => _server.ImapWorks(Info, Cancellation);

    public Task<string> Send() => _server.Send(Info, Cancellation);

    public async Task<string[]> OnHold() => [.. (await _queue.List(held => held.IsOnHold, Cancellation)).Select(held => held.Id).Order(StringComparer.Ordinal)];

    /// <summary>Everything that the guard may change, byte by byte: firewall, deny file, map and its index, system accounts, queue.</summary>
    public async Task<string> MachineAsync()
    {
        var rules = await _machines.Server.Must(new ProcessRequest("nft", "list", "ruleset"), Cancellation);
        var index = await _server.Runner.Must(new ProcessRequest("postmap", "-s", $"hash:{_server.AccessMap}"), Cancellation);
        var queue = (await _queue.List(_ => true, Cancellation)).Select(mail => $"{mail.Id} {mail.Queue}").Order(StringComparer.Ordinal);
        return string.Join(
            "\n---\n",
            System.Text.RegularExpressions.Regex.Replace(rules, @"counter packets \d+ bytes \d+", "counter"),
            await File.ReadAllTextAsync(_server.DenyFile, Cancellation),
            await File.ReadAllTextAsync(_server.AccessMap, Cancellation),
            index,
            await _accounts.Shadow("info", Cancellation),
            string.Join('\n', queue)
        );
    }

    public Task Until(Func<Task<bool>> reached) => GuardProgram.UntilAsync(() => reached().GetAwaiter().GetResult(), () => Guard.Heard);

    public void Configure(string mode, string more = "")
    {
        File.WriteAllText(Guard["places.txt"], $"81.2.69.0/24 GB\n{Thief}/32 RO\n{Owner}/32 FR\n");
        File.WriteAllText(
            Guard["guard.conf"],
            $$"""
            accountguard {
              mode = {{mode}}
              data-directory = "{{Guard["data"]}}"
              intake {
                logs { files = ["{{Guard[
                "mail.log"
            ]}}", "{{_server.PostfixLog}}", "{{_server.DovecotLog}}"], default-domain = "example.com", system-domain = "example.com" }
                {{SubmissionSession.Patient}}, postfix-policy.listen = "127.0.0.1:{{_ports.Policy}}", auth-policy.listen = "127.0.0.1:{{_ports.AuthPolicy}}", milter.listen = off
              }
              geo { fetch-default = off, overrides = "{{Guard["places.txt"]}}" }
              cluster.listen = "127.0.0.1:{{FreePort.Next()}}"
              console.listen = off
              policy.default {
                places.suspicious-list = [RO]
                quotas = [ { per = 1d, mails = {{Mails}}, when = suspicious, then = blocked } ]
              }
              enforcement {
                firewall.backend = nftables
                locks {
                  dovecot-deny-file = "{{_server.DenyFile}}", dovecot-sessions = on, dovecot-configuration = "{{_server.DovecotConfiguration}}"
                  postfix-access-map = "{{_server.AccessMap}}", postfix-configuration = "{{_server.PostfixConfiguration}}", hold-queue = on
                  linux-accounts = on
                }
              }
              {{more}}
            }
            """
        );
    }

    /// <summary>Starts the guard, with a month of the owner's life behind it.</summary>
    public async Task LearnAsync()
    {
        var today = DateTimeOffset.UtcNow.Date;
        await File.WriteAllTextAsync(Guard["mail.log"], "", Cancellation);
        await File.WriteAllLinesAsync(
            Guard["history.log"],
            Enumerable
                .Range(1, DaysKnown)
                .Reverse()
                .SelectMany(day => new[] { 8, 12, 17 }.Select(hour => Login(new DateTimeOffset(today.AddDays(-day).AddHours(hour), TimeSpan.Zero), Home))),
            Cancellation
        );
        var (said, error, code) = Guard.Guard("learn", "--config", "guard.conf", "history.log");
        Assert.True(code == 0, said + error);
        var process = Guard.StartIn("nsenter", "-m", "-t", $"{_accounts.Process}", $"--net=/run/netns/{_machines.Server.Name}", "--");
        _process = process.Id;
        await Until(() => Task.FromResult(Guard.Explain(Info)?.GetProperty("totals").GetProperty("logins").GetInt64() >= DaysKnown * 3));
    }

    /// <summary>The thief sends until the guard has had enough; the owner, who travels, is in at the same time.</summary>
    public async Task HappenAsync()
    {
        Sit(Thief);
        for (var mail = 0; mail < Mails; mail++)
            Assert.StartsWith("250", await Send(), StringComparison.Ordinal);
        Assert.DoesNotContain("250", await Send(), StringComparison.Ordinal);
        await Until(async () => (await OnHold()).Length == Mails);
        // Begun before the lock took hold; who sends from a country never seen is not told from the thief.
        await File.AppendAllLinesAsync(Guard["mail.log"], [Login(DateTimeOffset.UtcNow, Owner), .. Sending(DateTimeOffset.UtcNow, Owner)], Cancellation);
        await Until(async () => !await Connects(Thief) && !await Connects(Owner));
        Sit(TwoMachines.Neighbour4);
        await Until(async () => !await LogsIn());
        await Until(async () => !await _accounts.MayEnter("info", Cancellation));
    }

    public void Reload() => Guard.Must("kill", "-HUP", $"{_process}");

    private static string Login(DateTimeOffset at, string from) =>
        $"{at.ToString("O", CultureInfo.InvariantCulture)} mail dovecot: imap-login: Login: user=<{Info}>, method=PLAIN, rip={from}, lip=10.77.0.1, mpid=1, session=<x>";

    private static IEnumerable<string> Sending(DateTimeOffset at, string from)
    {
        var when = at.ToString("O", CultureInfo.InvariantCulture);
        for (var mail = 0; mail < 3; mail++)
        {
            yield return $"{when} mail postfix/submission/smtpd[9]: A000{mail}B: client=unknown[{from}], sasl_method=PLAIN, sasl_username={Info}";
            yield return $"{when} mail postfix/qmgr[8]: A000{mail}B: from=<{Info}>, size=900, nrcpt=1 (queue active)";
        }
    }

    public async ValueTask DisposeAsync()
    {
        Guard.Dispose();
        await _server.DisposeAsync();
        await _machines.DisposeAsync();
        _accounts.Dispose();
    }
}
