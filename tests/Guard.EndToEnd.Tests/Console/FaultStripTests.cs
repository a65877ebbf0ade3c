using System.Diagnostics;
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

    /// <summary>How long a fault, or its end, may stay unsaid, in milliseconds.</summary>
    private const float Minute = 60_000;

    /// <summary>Long after a lock, and still as it happens.</summary>
    private static readonly TimeSpan After = TimeSpan.FromSeconds(90);

    private readonly FaultyGuard _here = new();
    private readonly FaultyGuard _there = new();
    private readonly ConsoleBrowser _browser = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="Said">What the strip says of it.</param>
    /// <param name="Builds">Whether what was mended before has to work again first.</param>
    private sealed record Fault(string Said, Func<Task> Make, Func<Task> Mend, bool Builds = false);

    [Fact(DisplayName = "Each kind of fault is in the strip of an open page within a minute, and out of it within a minute of its repair")]
    public async Task Told()
    {
        OtherUser.Require();
        await using (_browser)
        {
            await _browser.InitializeAsync();
            // Both wait more than they work.
            var others = PlacesAndReportsAsync();
            await SourcesAndEffectsAsync();
            await others;
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
        await WalkAsync(
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
        await WalkAsync(
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
                        program.Must(Path.Combine(GuardProgram.Root, "bin", "publish", "accountguard"), "backup", "--config", "guard.conf", program["copy"]);
                        File.WriteAllText(program["data/last-backup"], DateTimeOffset.UtcNow.AddDays(-30).ToString("O", CultureInfo.InvariantCulture));
                    }),
                () => Do(() => File.WriteAllText(program["data/last-backup"], DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture)))
            )
        );
    }

    /// <summary>Each fault is made, waited for, and mended while the next one is made; at the end nothing is left.</summary>
    private static async Task WalkAsync(string name, IPage page, params Fault[] faults)
    {
        var strip = page.GetByRole(AriaRole.Complementary, new() { Name = "State of the guard" });
        var told = new List<string>();
        (Fault Fault, TimeSpan Seen, long At)? mended = null;
        foreach (var fault in faults)
        {
            if (fault.Builds)
                await GoneAsync();
            var made = Stopwatch.GetTimestamp();
            await fault.Make();
            await SeenAsync(fault.Said, () => Assertions.Expect(Of(fault).First).ToBeVisibleAsync(new() { Timeout = Minute }));
            var seen = Stopwatch.GetElapsedTime(made);
            await GoneAsync();
            await fault.Mend();
            mended = (fault, seen, Stopwatch.GetTimestamp());
        }
        await GoneAsync();
        await Assertions.Expect(strip).ToContainTextAsync("All well", new() { Timeout = Minute });
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {string.Join("; ", told)}");

        ILocator Of(Fault fault) => strip.Locator(".bad, .note").Filter(new() { HasText = fault.Said });

        async Task GoneAsync()
        {
            if (mended is not var (fault, seen, at))
                return;
            await SeenAsync($"the end of {fault.Said}", () => Assertions.Expect(Of(fault)).ToHaveCountAsync(0, new() { Timeout = Minute }));
            told.Add(
                string.Create(CultureInfo.InvariantCulture, $"{fault.Said}: {seen.TotalSeconds:F0} s, gone {Stopwatch.GetElapsedTime(at).TotalSeconds:F0} s")
            );
            mended = null;
        }

        async Task SeenAsync(string what, Func<Task> look)
        {
            try
            {
                await look();
            }
            catch (PlaywrightException missed)
            {
                Assert.Fail($"{what} is not in the strip, which says: {await strip.InnerTextAsync()}\n{string.Join("\n", told)}\n{missed.Message}");
            }
        }
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

    /// <summary>A source that told of logins, and then of everything else.</summary>
    private static string[] Silent()
    {
        var now = DateTimeOffset.UtcNow;
        return
        [
            .. Enumerable.Range(0, 30).Select(_ => Login(now, "192.0.2.77")),
            .. Enumerable
                .Range(0, 4000)
                .Select(number =>
                    $"{now.ToString("O", CultureInfo.InvariantCulture)} mail dovecot: imap(bob@example.com)<{number}><x>: Disconnected: Logged out in=1 out=2"
                ),
        ];
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
    }
}
