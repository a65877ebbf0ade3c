using Guard.Host.Configuration;
using Guard.Host.Doctor;
using Guard.Host.Node.Health;
using Xunit;

namespace Guard.Host.Tests.Reports;

/// <summary>What doctor says of the ways on which reports leave.</summary>
public sealed class ReportCheckSpecs
{
    private static async Task<IReadOnlyList<Finding>> LookAsync(params (string Key, string Value)[] settings)
    {
        var loaded = GuardConfiguration.Load(null, settings.ToDictionary(one => "accountguard.reports." + one.Key, one => one.Value));
        Assert.Empty(loaded.Faults);
        return await ReportChecks.LookAsync(loaded.Settings!, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Only_written_into_the_log_is_worth_a_warning() => Assert.Equal(FindingLevel.Warning, Assert.Single(await LookAsync()).Level);

    [Fact]
    public async Task A_mail_server_is_connected_to_and_nothing_is_sent()
    {
        await using var server = new ReceivingServer();
        var findings = await LookAsync(
            ("mail.host", "127.0.0.1"),
            ("mail.port", $"{server.Port}"),
            ("mail.from", "guard@example.net"),
            ("mail.admin", "[\"admin@example.net\"]")
        );
        var finding = Assert.Single(findings);
        Assert.Equal((FindingLevel.Ok, $"report mail 127.0.0.1:{server.Port}", "can be used, not secured"), (finding.Level, finding.Check, finding.Text));
        Assert.Empty(server.Messages);
    }

    [Fact]
    public async Task Nobody_there_no_admin_a_broken_template_and_a_dead_webhook_are_told()
    {
        var directory = Directory.CreateTempSubdirectory("accountguard-doctor").FullName;
        try
        {
            int closed;
            await using (var server = new ReceivingServer())
                closed = server.Port;
            Directory.CreateDirectory(Path.Combine(directory, "de"));
            await File.WriteAllTextAsync(Path.Combine(directory, "de", "digest.text.liquid"), "{% if %}", TestContext.Current.CancellationToken);
            var findings = await LookAsync(
                ("mail.host", "127.0.0.1"),
                ("mail.port", $"{closed}"),
                ("mail.from", "guard@example.net"),
                ("mail.templates", directory),
                ("webhooks.siem", $"{{ url = \"http://127.0.0.1:{closed}/\", secret = x }}"),
                ("abuse.spool-directory", Path.Combine(directory, "spool"))
            );
            Assert.Equal(
                [$"Fault report mail 127.0.0.1:{closed}", "Warning report mail", "Fault report templates", "Fault webhook siem", "Ok abuse reports"],
                findings.Select(finding => $"{finding.Level} {finding.Check}")
            );
        }
        finally
        {
            Directory.Delete(directory, true);
        }
    }
}
