using Guard.Host.Commands;
using Guard.Host.Configuration;
using Guard.Host.Running.Setup;
using Xunit;

namespace Guard.Host.Tests.Running.Setup;

/// <summary>What setup finds on machines of several kinds, and that the guard takes what it proposes.</summary>
public sealed class SetupSpecs : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("accountguard-machine").FullName;

    private FoundMachine Machine(string hostname, params string[] files)
    {
        foreach (var file in files.Append("etc/hostname"))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_root, file))!);
            File.WriteAllText(Path.Combine(_root, file), file == "etc/hostname" ? hostname + "\n" : "");
        }
        return FoundMachine.Look(new MachineFiles(_root));
    }

    private GuardSettings Accepted(FoundMachine found)
    {
        var file = Path.Combine(_root, "setup.conf");
        File.WriteAllText(file, ProposedSetup.Of(found));
        var loaded = GuardConfiguration.Load(file);
        Assert.Empty(loaded.Faults);
        return loaded.Settings!;
    }

    [Fact]
    public void A_server_with_a_mail_log_is_read_from_its_files_and_not_from_the_journal_too()
    {
        var found = Machine(
            "mail.example.com",
            "usr/sbin/postfix",
            "usr/sbin/dovecot",
            "usr/sbin/sshd",
            "usr/bin/journalctl",
            "var/log/mail.log",
            "var/log/auth.log"
        );
        Assert.Equal(["Postfix", "Dovecot", "sshd"], found.Servers);
        var settings = Accepted(found);
        Assert.Equal(["/var/log/mail.log", "/var/log/auth.log"], settings.Logs.Files);
        Assert.Equal("example.com", settings.Logs.DefaultDomain);
        Assert.Null(settings.Journal);
    }

    [Fact]
    public void A_server_without_a_mail_log_is_read_from_the_journal_alone()
    {
        var settings = Accepted(Machine("mail", "usr/sbin/postfix", "usr/bin/journalctl", "var/log/auth.log"));
        Assert.NotNull(settings.Journal);
        Assert.Empty(settings.Logs.Files);
        Assert.Equal("localhost", settings.Logs.DefaultDomain);
    }

    [Theory]
    [InlineData("", "example.com", "")]
    [InlineData("accountguard.intake.logs.default-domain = other.example", "example.com", "other.example")]
    [InlineData("accountguard.intake.logs.default-domain = other.example", null, "other.example")]
    [InlineData("", null, "")]
    public void A_domain_that_the_admin_chose_is_the_helpers_too(string said, string? before, string own)
    {
        Directory.CreateDirectory(Path.Combine(_root, "etc/accountguard"));
        var setup = $"accountguard.intake.logs.default-domain = {before}\n";
        if (before is not null)
            File.WriteAllText(Path.Combine(_root, "etc/accountguard/setup.conf"), setup);
        var file = Path.Combine(_root, "accountguard.conf");
        File.WriteAllText(file, (before is null ? "" : setup) + said);
        var domain = SetupCommand.ChosenDomain(new MachineFiles(_root), GuardConfiguration.Load(file).Settings);
        Assert.Equal(own, domain);
        var found = Machine("mail.example.com", "usr/sbin/proftpd") with { ChosenDomain = domain };
        // Else the next run would take the admin's word for its own.
        Assert.Contains("default-domain = \"example.com\"", ProposedSetup.Of(found), StringComparison.Ordinal);
        var helper = Path.Combine(_root, "helper.conf");
        File.WriteAllText(helper, ProposedSetup.HelperOf(found, null, false));
        Assert.Equal(own.Length > 0 ? own : "example.com", GuardConfiguration.Load(helper).Settings!.Logs.DefaultDomain);
    }

    [Theory]
    [InlineData("mail.example.com\"\n}", "localhost")]
    [InlineData("..", "localhost")]
    [InlineData("MX.Example.ORG", "example.org")]
    public void A_host_s_name_is_data(string hostname, string domain) =>
        Assert.Equal(domain, Accepted(Machine(hostname, "var/log/maillog")).Logs.DefaultDomain);

    public void Dispose() => Directory.Delete(_root, true);
}
