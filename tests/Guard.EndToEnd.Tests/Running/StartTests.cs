using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Guard.EndToEnd.Tests.Running;

/// <summary>Whatever keeps the program from starting is told in one line: the key, what is wrong, what to do. Never a stack trace.</summary>
public sealed class StartTests : IDisposable
{
    private readonly GuardProgram _guard = new();
    private readonly List<IDisposable> _taken = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public StartTests() => Configure("");

    private void Configure(string more) =>
        File.WriteAllText(
            _guard["guard.conf"],
            $$"""
            accountguard {
              data-directory = "{{_guard["data"]}}"
              console.listen = off
              geo.fetch-default = off
              intake { logs.files = [], postfix-policy.listen = off, auth-policy.listen = off, milter.listen = off }
              {{more}}
            }
            """
        );

    private int Taken()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _taken.Add(listener);
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>What it said besides warnings; it ended by itself, soon, without a stack trace.</summary>
    private async Task<(string[] Lines, int Code)> EndedAsync(params string[] words)
    {
        var process = _guard.StartProgram([GuardProgram.Program, .. words]);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        await process.WaitForExitAsync(patience.Token);
        var said = _guard.Heard;
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", said, StringComparison.Ordinal);
        return (
            [
                .. said.Split('\n')
                    .Where(line =>
                        line.Trim().Length > 0 && !line.Contains(" WRN] ", StringComparison.Ordinal) && !line.Contains(" INF] ", StringComparison.Ordinal)
                    ),
            ],
            process.ExitCode
        );
    }

    [Theory]
    [InlineData("console.listen", "console.listen")]
    [InlineData("intake.postfix-policy.listen", "intake.postfix-policy.listen")]
    [InlineData("intake.auth-policy.listen", "intake.auth-policy.listen")]
    [InlineData("intake.milter.listen", "intake.milter.listen")]
    [InlineData("intake.syslog.listen", "intake.syslog.listen")]
    public async Task A_port_that_is_taken_is_one_line_with_the_key_and_what_to_do(string key, string told)
    {
        var port = Taken();
        var (lines, code) = await EndedAsync("run", "--config", _guard["guard.conf"], "--set", $"accountguard.{key}=127.0.0.1:{port}");
        Assert.Equal(1, code);
        var line = Assert.Single(lines);
        Assert.Contains($"{told}: ", line, StringComparison.Ordinal);
        Assert.Contains($"127.0.0.1:{port}", line, StringComparison.Ordinal);
        Assert.Contains("stop the program that has the address", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_this_machine_does_not_have_is_one_line()
    {
        var (lines, code) = await EndedAsync("run", "--config", _guard["guard.conf"], "--set", "accountguard.console.listen=192.0.2.77:8080");
        Assert.Equal(1, code);
        Assert.Contains("console.listen: ", Assert.Single(lines), StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string> WrongFiles =>
        new()
        {
            { "inspection.socket", "/tmp", "inspection.socket" },
            { "inspection.socket", "/nowhere/guard.sock", "inspection.socket" },
            { "inspection.socket", "/tmp/" + new string('x', 200), "inspection.socket" },
            { "intake.logs.virtual-map", "/tmp", "intake.logs.virtual-map" },
            { "intake.logs.virtual-map", "/nowhere/virtual", "intake.logs.virtual-map" },
            { "data-directory", "/dev/null/data", "data-directory" },
            { "persistence.sqlite-file", "/proc/accountguard.db", "persistence.sqlite-file" },
        };

    [Theory]
    [MemberData(nameof(WrongFiles))]
    public async Task A_file_that_is_wrong_is_one_line_with_its_key(string key, string value, string told)
    {
        var (lines, code) = await EndedAsync("run", "--config", _guard["guard.conf"], "--set", $"accountguard.{key}={value}");
        Assert.True(code is 1 or 2);
        Assert.Contains(told, lines[0], StringComparison.Ordinal);
        Assert.InRange(lines.Length, 1, 2);
    }

    [Fact]
    public async Task Certificates_that_cannot_be_read_are_one_line_with_their_key()
    {
        Configure($$"""console { listen = "127.0.0.1:{{FreePort.Next()}}", tls { certificate = "/nowhere/c.pem", key = "/nowhere/k.pem" } }""");
        var (lines, code) = await EndedAsync("run", "--config", _guard["guard.conf"]);
        Assert.Equal(1, code);
        Assert.Contains("console.tls: /nowhere/c.pem", Assert.Single(lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mistake_in_the_akka_section_is_one_line()
    {
        File.AppendAllText(_guard["guard.conf"], "\nakka.actor.provider = \"Nope.Type, Nope\"\n");
        var (lines, code) = await EndedAsync("run", "--config", _guard["guard.conf"]);
        Assert.Equal(1, code);
        Assert.Contains("akka: ", Assert.Single(lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_command_says_in_a_few_lines_what_is_wrong_with_a_configuration()
    {
        Directory.CreateDirectory(_guard["directory.conf"]);
        File.WriteAllText(_guard["cut.conf"], "accountguard { mode = obs");
        File.WriteAllText(_guard["types.conf"], "accountguard { mode = 7, data-directory = [1, 2], policy.default.quotas = 5, geo.files = { x = 1 } }");
        File.WriteAllText(_guard["scalar.conf"], "accountguard = 5");
        File.WriteAllText(_guard["include.conf"], "include required(file(\"/nowhere/x.conf\"))");
        File.WriteAllBytes(_guard["binary.conf"], [.. Enumerable.Range(0, 3000).Select(i => (byte)(i * 7919 % 251))]);
        File.WriteAllText(_guard["mail.log"], "");
        string[][] commands =
        [
            ["run"],
            ["learn", "mail.log"],
            ["replay", "mail.log"],
            ["parse", "mail.log"],
            ["doctor"],
            ["explain", "anna@example.com"],
            ["user", "release", "anna@example.com"],
            ["site", "example.com"],
            ["inspect", "health"],
            ["intake"],
            ["queue", "list"],
            ["exception", "list", "anna@example.com"],
            ["console", "setup-link"],
            ["backup", "copy"],
            ["fetch-geo-data"],
        ];
        foreach (var conf in new[] { "missing.conf", "directory.conf", "cut.conf", "types.conf", "scalar.conf", "include.conf", "binary.conf" })
        {
            foreach (var command in commands)
                Refused(_guard.Guard([command[0], "--config", conf, .. command[1..]]), $"{command[0]} {conf}");
            Refused(_guard.Guard("check-config", conf), $"check-config {conf}");
        }

        static void Refused((string Out, string Error, int Code) ended, string what)
        {
            var said = ended.Out + ended.Error;
            Assert.True(ended.Code == 2, $"{what}: {ended.Code} {said}");
            Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
            Assert.DoesNotContain("Exception", said, StringComparison.Ordinal);
            Assert.InRange(said.Trim().Split('\n').Length, 1, 12);
        }
    }

    [Fact]
    public void A_full_disk_is_one_line_with_the_key_for_every_command_that_writes()
    {
        Requirement.Root();
        Directory.CreateDirectory(_guard["data"]);
        _guard.Must("mount", "-t", "tmpfs", "-o", "size=64k", "none", _guard["data"]);
        _guard.Run("dd", "if=/dev/zero", $"of={_guard["data"]}/filler", "bs=1k");
        File.WriteAllText(_guard["mail.log"], "");
        foreach (var command in new string[][] { ["run"], ["learn", "mail.log"] })
        {
            var (text, error, code) = _guard.Guard([command[0], "--config", "guard.conf", .. command[1..]]);
            var line = Assert.Single((text + error).Trim().Split('\n'));
            Assert.Equal(1, code);
            Assert.Contains("data-directory: No space left on device; make room", line, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_database_that_root_made_is_one_line_for_the_guards_own_user()
    {
        Security.OtherUser.Require();
        Directory.CreateDirectory(_guard["data"]);
        File.WriteAllText(_guard["data/accountguard.db"], "");
        _guard.Must("chmod", "0755", _guard.Directory);
        _guard.Must("chmod", "0644", _guard["guard.conf"], _guard["data/accountguard.db"]);
        _guard.Must("chown", "65534:65534", _guard["data"]);
        var process = _guard.StartIn("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        await process.WaitForExitAsync(patience.Token);
        Assert.DoesNotContain("   at ", _guard.Heard, StringComparison.Ordinal);
        var line = Assert.Single(_guard.Heard.Split('\n'), line => line.Contains(" FTL] ", StringComparison.Ordinal));
        Assert.Contains("persistence.sqlite-file: ", line, StringComparison.Ordinal);
        Assert.Contains("is not this user's to write, uid 65534 (nobody)", line, StringComparison.Ordinal);
        Assert.Equal(1, process.ExitCode);
    }

    [Fact]
    public void A_named_country_database_that_is_not_there_is_bad_usage_of_replay()
    {
        File.WriteAllText(_guard["mail.log"], "");
        var (_, error, code) = _guard.Guard("replay", "--config", "guard.conf", "--geoip", "/nowhere/geo.mmdb", "mail.log");
        Assert.Equal(2, code);
        Assert.Contains("--geoip: /nowhere/geo.mmdb: ", error, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> NamedFiles =>
        new()
        {
            { "geo.overrides=/nowhere/places.txt", "geo.overrides" },
            { "geo.files=[\"/nowhere/geo.mmdb\"]", "geo.files" },
            { "intake.logs.virtual-map=/tmp", "intake.logs.virtual-map" },
            { "intake.logs.files=[\"/tmp\"]", "intake.logs.files" },
            { "enforcement.locks.dovecot-deny-file=/tmp", "enforcement.locks.dovecot-deny-file" },
            { "inspection.socket=/tmp", "inspection.socket" },
        };

    [Theory]
    [MemberData(nameof(NamedFiles))]
    public void Check_config_reads_the_files_that_are_named(string set, string key)
    {
        var (text, _, code) = _guard.Guard("check-config", "guard.conf", "--set", $"accountguard.{set}");
        Assert.Equal(2, code);
        Assert.Contains($"{key}: ", text, StringComparison.Ordinal);
        Assert.Contains("1 mistake in the configuration", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_config_reads_certificates_lists_and_secrets()
    {
        Configure(
            $$"""
            console { listen = "127.0.0.1:1", tls { certificate = "{{_guard["places.txt"]}}", key = "{{_guard["places.txt"]}}" } }
            geo.overrides = "{{_guard["places.txt"]}}"
            reports.mail { host = "127.0.0.1", from = "guard@example.com", user = guard, password-file = "/nowhere/password" }
            """
        );
        File.WriteAllText(_guard["places.txt"], "192.0.2.0/24 GB\nthe office\n");
        var (text, _, code) = _guard.Guard("check-config", "guard.conf");
        Assert.Equal(2, code);
        foreach (var expected in new[] { "console.tls.certificate: ", "geo.overrides: ", "line 2", "reports.mail.password-file: ", "3 mistakes" })
            Assert.Contains(expected, text, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _taken.ForEach(one => one.Dispose());
        _guard.Dispose();
    }
}
