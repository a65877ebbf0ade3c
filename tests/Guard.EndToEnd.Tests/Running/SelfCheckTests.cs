using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Guard.EndToEnd.Tests.Security;
using Xunit;

namespace Guard.EndToEnd.Tests.Running;

/// <summary>What is wrong is said within a minute, wherever one asks: each fault is made on purpose against the built program.</summary>
public sealed class SelfCheckTests : IDisposable
{
    private static readonly string[] AsNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all"];

    private readonly FaultyGuard _guard = new();

    private GuardProgram Program => _guard.Program;

    /// <summary>Everything but what the test takes away is the guard's own user's.</summary>
    private void GiveToNobody()
    {
        Directory.CreateDirectory(Program["data"]);
        Program.Must("chmod", "0755", Program.Directory);
        Program.Must("chmod", "0644", Program["guard.conf"]);
        Program.Must("chown", "-R", "65534:65534", Program["data"]);
    }

    [Fact]
    public async Task Logs_that_are_missing_or_closed_a_firewall_without_rights_locks_that_fail_and_no_country_data_are_said_everywhere()
    {
        OtherUser.Require();
        Requirement.Programs("nft");
        _guard.Configure(
            $$"""
            mode = enforce
            intake.logs.files = ["{{Program["closed.log"]}}", "{{Program["missing.log"]}}"]
            enforcement { firewall.backend = nftables, locks { dovecot-deny-file = "{{Program["dovecot"]}}/deny" } }
            """
        );
        File.WriteAllText(Program["closed.log"], "");
        Program.Must("chmod", "0600", Program["closed.log"]);
        Directory.CreateDirectory(Program["dovecot"]);
        Program.Must("chmod", "0755", Program["dovecot"]);
        GiveToNobody();
        await _guard.StartAsync(AsNobody);
        _guard.Ask("inspect", "user", "lock", "anna@example.com", "1h");

        await _guard.SaysAsync($"intake {Program["closed.log"]}", "ermission denied");
        await _guard.SaysAsync($"intake {Program["missing.log"]}", "is not there");
        await _guard.SaysAsync("enforcement firewall nftables", "ermitted");
        await _guard.SaysAsync("enforcement dovecot-deny-file", "denied");
        await _guard.SaysAsync("country data", "there is none");

        // And each is well again by itself, once it is mended.
        Program.Must("chmod", "0644", Program["closed.log"]);
        File.WriteAllText(Program["missing.log"], "");
        Program.Must("chmod", "0644", Program["missing.log"]);
        Program.Must("chown", "65534", Program["dovecot"]);
        foreach (var check in new[] { $"intake {Program["closed.log"]}", $"intake {Program["missing.log"]}", "enforcement dovecot-deny-file" })
            await GuardProgram.UntilAsync(() => IsOk(check), () => _guard.ReadyAsync().Result.Checks.ToString());
    }

    private bool IsOk(string check) => _guard.ReadyAsync().Result.Checks.GetProperty(check).GetProperty("level").GetString() == "ok";

    [Fact]
    public async Task A_journal_that_takes_no_more_is_said_everywhere_and_the_node_is_not_ready()
    {
        Requirement.Root();
        Directory.CreateDirectory(Program["data"]);
        Program.Must("mount", "-t", "tmpfs", "-o", "size=32m", "none", Program["data"]);
        _guard.Configure("");
        await _guard.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await _guard.ReadyAsync()).Code);
        // The file system becomes one that takes nothing.
        var (_, error, code) = Program.Run("dd", "if=/dev/zero", $"of={Program["data"]}/filler", "bs=64k");
        Assert.NotEqual(0, code);
        Assert.Contains("No space left", error, StringComparison.Ordinal);
        await _guard.SaysAsync("journal", "cannot be written");
        await _guard.SaysAsync("disk", "0 MiB are free");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await _guard.ReadyAsync()).Code);
        File.Delete(Program["data/filler"]);
        await GuardProgram.UntilAsync(() => IsOk("journal"), () => _guard.ReadyAsync().Result.Checks.ToString());
    }

    [Fact]
    public async Task A_certificate_that_is_over_is_said_everywhere()
    {
        _guard.Configure(
            $$"""
            intake.syslog.tls-listen = "127.0.0.1:{{FreePort.Next()}}"
            intake.syslog.certificate = "{{Program["syslog.pem"]}}"
            intake.syslog.key = "{{Program["syslog.key"]}}"
            """
        );
        using (var key = RSA.Create(2048))
        {
            var request = new CertificateRequest("CN=mail.example.com", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            using var over = request.CreateSelfSigned(
                new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero),
                new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero)
            );
            File.WriteAllText(Program["syslog.pem"], over.ExportCertificatePem());
            File.WriteAllText(Program["syslog.key"], key.ExportPkcs8PrivateKeyPem());
        }
        await _guard.StartAsync();
        await _guard.SaysAsync("certificate of syslog", "is over since 2025-01-01");
    }

    [Fact]
    public void Doctor_looks_with_the_rights_of_the_guards_own_user_though_root_asks()
    {
        OtherUser.Require();
        Requirement.Programs("runuser");
        _guard.Configure($"intake.logs.files = [\"{Program["closed.log"]}\"]");
        File.WriteAllText(Program["closed.log"], "");
        Program.Must("chmod", "0600", Program["closed.log"]);
        GiveToNobody();
        // As learn, run by root by mistake, would have left it.
        File.WriteAllText(Program["data/accountguard.db"], "");
        Program.Must("chmod", "0600", Program["data/accountguard.db"]);
        var (text, error, code) = Program.Guard("doctor", "--config", "guard.conf", "--format", "json");
        Assert.True(code == 1, text + error);
        var findings = JsonDocument.Parse(text).RootElement.GetProperty("findings").EnumerateArray().ToArray();
        foreach (var (check, why) in new[] { ($"data {Program["data"]}", "accountguard.db"), ($"log {Program["closed.log"]}", "ermission denied") })
            Assert.Contains(
                findings,
                finding =>
                    finding.GetProperty("check").GetString() == check
                    && finding.GetProperty("level").GetString() == "fault"
                    && finding.GetProperty("text").GetString()!.Contains(why, StringComparison.Ordinal)
            );
    }

    public void Dispose() => _guard.Dispose();
}
