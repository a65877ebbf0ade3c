using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Guard.EndToEnd.Tests.Reports;
using Guard.EndToEnd.Tests.Running;
using Guard.EndToEnd.Tests.Security;
using Microsoft.Playwright;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>Faults of every kind, each made on purpose against a guard with its own user's rights: told by the strip of a page that stays open, and gone with
/// the fault.</summary>
public sealed class FaultStripTests : IDisposable
{
    private const string Anna = "anna@example.com";
    private const string Thief = "203.0.113.66";
    private static readonly string[] AsNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all"];

    /// <summary>Long after a lock, and still as it happens.</summary>
    private static readonly TimeSpan After = TimeSpan.FromSeconds(90);

    private readonly FaultyGuard _here = new();
    private readonly FaultyGuard _there = new();
    private readonly FaultyGuard _helped = new();
    private readonly ConsoleBrowser _browser = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "Each kind of fault is in the strip of an open page within a minute, and out of it within a minute of its repair")]
    public async Task Told()
    {
        OtherUser.Require();
        await using (_browser)
        {
            await _browser.InitializeAsync();
            // They wait more than they work.
            await Task.WhenAll(SourcesAndEffectsAsync(), PlacesAndReportsAsync(), HelperAndLinesAsync());
        }
    }

    private async Task SourcesAndEffectsAsync()
    {
        var program = _here.Program;
        Directory.CreateDirectory(program["data"]);
        program.Must("mount", "-t", "tmpfs", "-o", "size=300m,uid=65534,gid=65534,mode=0700", "none", program["data"]);
        foreach (var directory in new[] { "rules", "locks" })
            Directory.CreateDirectory(program[directory]);
        await WriteAsync(program, "closed.log", "");
        program.Must("chmod", "0600", program["closed.log"]);
        await WriteAsync(program, "mail.log", Login(DateTimeOffset.UtcNow.AddHours(-1), "192.0.2.77"));
        _here.Configure(
            $$"""
            mode = enforce
            geo.overrides = "{{program["places.txt"]}}"
            intake.logs.files = ["{{program["mail.log"]}}", "{{program["closed.log"]}}"]
            enforcement {
              firewall { backend = command, block-command = [{{Appending(program, "rules", "network")}}], unblock-command = [{{Appending(
                program,
                "rules",
                "network"
            )}}] }
              locks { lock-command = [{{Appending(program, "locks", "user")}}], unlock-command = [{{Appending(program, "locks", "user")}}] }
            }
            """
        );
        await StartAsync(_here, "86.128.0.0/10 GB\n");
        var page = await SignInAsync(_here, "/accounts");
        await FaultWalk.GoAsync(
            "sources and effects",
            page,
            new Fault($"intake {program["closed.log"]}", Nothing, () => Do(() => program.Must("chmod", "0644", program["closed.log"]))),
            new Fault(
                "enforcement firewall",
                () => Do(() => _here.Ask("inspect", "blocks", "add", Thief, "1h")),
                () => Do(() => program.Must("chown", "65534", program["rules"]))
            ),
            new Fault(
                "enforcement lock-command",
                () => Do(() => _here.Ask("inspect", "user", "lock", Anna, "1h")),
                () => Do(() => program.Must("chown", "65534", program["locks"]))
            ),
            new Fault(
                "locks that hold",
                () => WriteAsync(program, "mail.log", Login(DateTimeOffset.UtcNow + After, "192.0.2.78")),
                () => Do(() => _here.Ask("user", "release", Anna)),
                Builds: true
            ),
            new Fault(
                "blocks that hold",
                () => WriteAsync(program, "mail.log", Login(DateTimeOffset.UtcNow + After, Thief)),
                () => Do(() => _here.Ask("inspect", "blocks", "remove", Thief)),
                Builds: true
            ),
            new Fault(
                "told of",
                () => WriteAsync(program, "mail.log", Silent()),
                () => WriteAsync(program, "mail.log", Login(DateTimeOffset.UtcNow, "192.0.2.77"))
            ),
            new Fault("journal", () => Do(() => Fill(program)), () => Do(() => File.Delete(program["data/filler"])))
        );
    }

    private async Task PlacesAndReportsAsync()
    {
        var program = _there.Program;
        var webhook = FreePort.Next();
        Directory.CreateDirectory(program["data"]);
        Certificate(program, DateTimeOffset.UtcNow.AddYears(-2), DateTimeOffset.UtcNow.AddYears(-1));
        var settings = $$"""
            mode = enforce
            intake {
              logs.files = ["{{program["mail.log"]}}"]
              syslog { tls-listen = "127.0.0.1:{{FreePort.Next()}}", certificate = "{{program["syslog.pem"]}}", key = "{{program["syslog.key"]}}" }
            }
            enforcement.locks { lock-command = [{{Hanging(program)}}], unlock-command = ["/bin/true", "{user}"] }
            reports {
              webhooks.siem { url = "http://127.0.0.1:{{webhook}}/hook", secret = "{{EventReceiver.Key}}" }
            }
            """;
        await WriteAsync(program, "mail.log", Login(DateTimeOffset.UtcNow.AddHours(-1), "192.0.2.77"));
        _there.Configure(settings);
        await StartAsync(_there, "86.128.0.0/10 GB\n");
        var page = await SignInAsync(_there, "/blocks");
        await using var receiver = new EventReceiver(webhook);
        await FaultWalk.GoAsync(
            "places and reports",
            page,
            new Fault(
                "country data",
                Nothing,
                async () =>
                {
                    // As it says: named in the configuration; the page finds the guard again.
                    _there.Configure($"{settings}\ngeo.overrides = \"{program["places.txt"]}\"");
                    await _there.RestartAsync(AsNobody);
                }
            ),
            new Fault(
                "certificate of syslog",
                Nothing,
                () => Do(() => Certificate(program, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(1)))
            ),
            new Fault(
                $"intake {program["mail.log"]}",
                () => Do(() => File.Move(program["mail.log"], program["mail.log.1"])),
                () => Do(() => File.Move(program["mail.log.1"], program["mail.log"]))
            ),
            new Fault("did not finish within 30 s", () => Do(() => _there.Ask("user", "confirm", Anna)), () => Do(() => File.Delete(program["hang"]))),
            new Fault(
                "reports webhook siem",
                Nothing,
                async () =>
                {
                    await receiver.StartAsync();
                    _there.Ask("inspect", "reports", "retry");
                }
            ),
            new Fault(
                $"Backup {DateTimeOffset.UtcNow.AddDays(-30).Year}",
                () =>
                    Do(() =>
                    {
                        program.Must(GuardProgram.Program, "backup", "--config", "guard.conf", program["copy"]);
                        File.WriteAllText(program["data/last-backup"], DateTimeOffset.UtcNow.AddDays(-30).ToString("O", CultureInfo.InvariantCulture));
                    }),
                () => Do(() => File.WriteAllText(program["data/last-backup"], DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture)))
            )
        );
    }

    private async Task HelperAndLinesAsync()
    {
        var program = _helped.Program;
        Directory.CreateDirectory(program["data"]);
        var enforcement =
            $$"""enforcement { firewall { backend = command, block-command = ["/bin/true", "{network}"], unblock-command = ["/bin/true", "{network}"] }, helper { socket = "{{program["run"]}}/socket", user = "65534" } }""";
        await WriteAsync(program, "helper.conf", $"accountguard {{ data-directory = \"{program["helper"]}\", {enforcement} }}");
        await WriteAsync(program, "mail.log", Login(DateTimeOffset.UtcNow, "192.0.2.77"));
        await WriteAsync(program, "systems.csv", "192.0.2.0,192.0.2.255,64500,Example");
        File.SetLastWriteTimeUtc(program["systems.csv"], DateTime.UtcNow.AddYears(-1));
        _helped.Configure(
            $$"""
            mode = enforce
            geo { overrides = "{{program["places.txt"]}}", files = ["{{program["systems.csv"]}}"] }
            intake.logs.files = ["{{program["mail.log"]}}"]
            {{enforcement}}
            """
        );
        program.Must("chmod", "0755", program.Directory);
        var helper = Helper();
        await GuardProgram.UntilAsync(() => File.Exists(program["run/socket"]), () => program.Heard);
        await StartAsync(_helped, "86.128.0.0/10 GB\n");
        var page = await SignInAsync(_helped, "/incidents");
        using var end = new CancellationTokenSource();
        var (behind, writing) = (TimeSpan.FromHours(2), Task.CompletedTask);
        await FaultWalk.GoAsync(
            "helper and lines",
            page,
            new Fault(
                $"systems.csv is of {DateTimeOffset.UtcNow.AddYears(-1).Year}",
                Nothing,
                () => Do(() => File.SetLastWriteTimeUtc(program["systems.csv"], DateTime.UtcNow))
            ),
            new Fault($"helper {program["run"]}/socket", () => Do(helper.Kill), () => Do(() => helper = Helper())),
            new Fault(
                "enforcement firewall",
                () =>
                    Do(() =>
                    {
                        helper.Kill();
                        // One that sleeps until it is asked is no fault.
                        _helped.Ask("inspect", "blocks", "add", Thief, "1h");
                    }),
                () => Do(() => Helper()),
                Builds: true
            ),
            new Fault(
                "have a shape that is not known",
                () => WriteAsync(program, "mail.log", [.. Enumerable.Repeat(Login(DateTimeOffset.UtcNow, "nonsense"), 40)]),
                () => WriteAsync(program, "mail.log", [.. Enumerable.Range(0, 2000).Select(number => LoggedOut(DateTimeOffset.UtcNow, number))])
            ),
            new Fault(
                "ahead of this machine's clock",
                () => WriteAsync(program, "mail.log", Login(DateTimeOffset.UtcNow.AddHours(3), "192.0.2.77")),
                () => WriteAsync(program, "mail.log", [.. Enumerable.Range(0, 30).Select(number => LoggedOut(DateTimeOffset.UtcNow, number))])
            ),
            new Fault(
                "behind this machine's clock",
                () => Do(() => writing = WriteOnAsync(program, () => behind, end.Token)),
                () => Do(() => behind = TimeSpan.Zero)
            )
        );
        await end.CancelAsync();
        await writing;

        System.Diagnostics.Process Helper() => program.StartProgram([.. GuardProgram.Helper, "--config", program["helper.conf"]]);
    }

    /// <summary>A daemon that goes on, on a machine whose clock may be wrong.</summary>
    private static async Task WriteOnAsync(GuardProgram program, Func<TimeSpan> behind, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
                await WriteAsync(program, "mail.log", LoggedOut(DateTimeOffset.UtcNow - behind(), 1));
        }
        catch (OperationCanceledException) { }
    }

    private static async Task StartAsync(FaultyGuard guard, string places)
    {
        await WriteAsync(guard.Program, "places.txt", places);
        guard.Program.Must("chmod", "0755", guard.Program.Directory);
        guard.Program.Must("chmod", "0644", guard.Program["guard.conf"]);
        guard.Program.Must("chown", "-R", "65534:65534", guard.Program["data"]);
        await guard.StartAsync(AsNobody);
    }

    private async Task<IPage> SignInAsync(FaultyGuard guard, string then)
    {
        var page = await _browser.OpenAsync();
        await page.GotoAsync(guard.At($"/sign-in?return={Uri.EscapeDataString(then)}").ToString());
        await page.GetByLabel("Name").FillAsync(FaultyGuard.Admin);
        await page.GetByLabel("Password").FillAsync(FaultyGuard.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator(".strip a").First).ToBeVisibleAsync();
        return page;
    }

    private static async Task WriteAsync(GuardProgram program, string file, params string[] lines)
    {
        await File.AppendAllLinesAsync(program[file], lines, Cancellation);
        if (file != "closed.log")
            program.Must("chmod", "0644", program[file]);
    }

    private static string Login(DateTimeOffset at, string from) =>
        $"{at.ToString("O", CultureInfo.InvariantCulture)} mail dovecot: imap-login: Login: user=<{Anna}>, method=PLAIN, rip={from}, lip=192.0.2.1, mpid=1, session=<x>";

    private static string LoggedOut(DateTimeOffset at, int number) =>
        $"{at.ToString("O", CultureInfo.InvariantCulture)} mail dovecot: imap(bob@example.com)<{number}><x>: Disconnected: Logged out in=1 out=2";

    /// <summary>A source that told of logins, and then of everything else.</summary>
    private static string[] Silent()
    {
        var now = DateTimeOffset.UtcNow;
        return [.. Enumerable.Range(0, 30).Select(_ => Login(now, "192.0.2.77")), .. Enumerable.Range(0, 4000).Select(number => LoggedOut(now, number))];
    }

    private static string Appending(GuardProgram program, string directory, string what) =>
        $$"""
            "/bin/sh", "-c", "echo $0 >> {{program[directory]}}/list", "{{{what}}}"
            """;

    /// <summary>A panel's command that does not come back as long as a file is there.</summary>
    private static string Hanging(GuardProgram program)
    {
        File.WriteAllText(program["hang"], "");
        return $$"""
            "/bin/sh", "-c", "while [ -e {{program["hang"]}} ]; do sleep 0.2; done", "{user}"
            """;
    }

    private static void Fill(GuardProgram program)
    {
        var (_, error, code) = program.Run("dd", "if=/dev/zero", $"of={program["data"]}/filler", "bs=64k");
        Assert.NotEqual(0, code);
        Assert.Contains("No space left", error, StringComparison.Ordinal);
    }

    private static void Certificate(GuardProgram program, DateTimeOffset from, DateTimeOffset until)
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=mail.example.com", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(
            from,
            until
        );
        File.WriteAllText(program["syslog.key"], key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(program["syslog.pem"], certificate.ExportCertificatePem());
        foreach (var file in new[] { "syslog.key", "syslog.pem" })
            program.Must("chmod", "0644", program[file]);
    }

    private static Task Nothing() => Task.CompletedTask;

    private static Task Do(Action what) => Task.Run(what, Cancellation);

    public void Dispose()
    {
        _here.Dispose();
        _there.Dispose();
        _helped.Dispose();
    }
}
