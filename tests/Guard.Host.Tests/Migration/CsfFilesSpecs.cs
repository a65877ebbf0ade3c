using Guard.Host.Migration;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Host.Tests.Migration;

/// <summary>CSF's settings, and whom it never blocks.</summary>
public sealed class CsfFilesSpecs
{
    /// <summary>Shaped like a server's.</summary>
    private const string Settings = """
        # SECTION:ours
        TCP_IN = "22,25,143,587,993"
        LF_TRIGGER = "0"
        LF_TRIGGER_PERM = "1"
        LF_SSHD = "5"
        LF_SSHD_PERM = "1"
        LF_SMTPAUTH = "8"
        LF_SMTPAUTH_PERM = "7200"
        LF_POP3D = "0"
        LF_POP3D_PERM = "1"
        LF_INTERVAL = "1800"
        LF_MODSEC = "5"
        LF_DISTATTACK = "1"
        LT_POP3D = "60"
        LT_IMAPD = "240"
        RT_RELAY_ALERT = "1"
        RT_RELAY_LIMIT = "100"
        RT_RELAY_BLOCK = "0"
        RT_AUTHRELAY_ALERT = "1"
        RT_AUTHRELAY_LIMIT = "150"
        RT_AUTHRELAY_BLOCK = "0"
        RT_LOCALRELAY_ALERT = "0"
        RT_LOCALRELAY_LIMIT = "100"
        broken
        """;

    private static readonly Dictionary<string, string> Lists = new()
    {
        ["/etc/csf/csf.allow"] = "# ours\n192.0.2.17 # office\n127.0.0.1\ntcp|in|d=22|s=198.51.100.9\nInclude /etc/csf/more.allow\n",
        ["/etc/csf/more.allow"] = "2001:db8:7::/48\nmail.example.com\n",
        ["/etc/csf/csf.ignore"] = "198.51.100.0/24\n192.0.2.17\n",
    };

    [Fact]
    public void What_it_tolerates_and_whom_it_spares_is_taken_over()
    {
        var settings = ImportedText.Loaded(Converted(Settings))!;
        var policy = settings.Policies.Default;
        Assert.Equal((5, TimeSpan.FromMinutes(30)), (policy.BruteForce.Failures, policy.BruteForce.Within));
        Assert.Equal(TimeSpan.FromDays(1), policy.Reactions.BlockFor);
        Assert.Equal([(QuotaUnit.Logins, 300L, false), (QuotaUnit.Mails, 150, true)], policy.Quotas.Select(quota => (quota.Unit, quota.Limit, quota.Alarm)));
        Assert.Equal(["192.0.2.17/32", "2001:db8:7::/48", "198.51.100.0/24"], settings.Enforcement.Firewall.Policy.Exempt.Select(prefix => prefix.ToString()));
    }

    [Theory]
    [InlineData("# line 6 (LF_SSHD_PERM = 1): no counterpart: blocks for ever")]
    [InlineData("# line 8 (LF_SMTPAUTH_PERM = 7200): no counterpart: lasts 7200 s there")]
    [InlineData("# line 9 (LF_POP3D = 0): no counterpart: is off there")]
    [InlineData("# line 12 (LF_MODSEC = 5): no counterpart: has nothing to do with logins")]
    [InlineData("# line 13 (LF_DISTATTACK = 1): no counterpart: guesses at one account")]
    [InlineData("# line 17 (RT_RELAY_LIMIT = 100): no counterpart: counts mail of strangers")]
    [InlineData("# line 20 (RT_AUTHRELAY_LIMIT = 150): taken over: 150 mails of an account in an hour, told at once; there it is only told")]
    [InlineData("# line 23 (RT_LOCALRELAY_LIMIT = 100): neither tells nor blocks there")]
    [InlineData("# line 24: no counterpart: is no KEY")]
    [InlineData("no counterpart: stay CSF's: TCP_IN")]
    [InlineData("# without effect there: LF_TRIGGER, LF_TRIGGER_PERM, LF_POP3D, LF_POP3D_PERM, RT_RELAY_BLOCK, RT_AUTHRELAY_BLOCK, RT_LOCALRELAY_ALERT")]
    [InlineData("# csf.allow line 4: no counterpart: is for some ports only")]
    [InlineData("# more.allow line 2: no counterpart: 'mail.example.com' is no address")]
    public void Everything_is_told(string expected) => Assert.Contains(expected, Converted(Settings), StringComparison.Ordinal);

    [Fact]
    public void One_count_over_all_services_is_what_the_guard_has()
    {
        var policy = ImportedText
            .Loaded(Converted("LF_TRIGGER = \"12\"\nLF_TRIGGER_PERM = \"900\"\nLF_SMTPAUTH = \"1\"\nLF_SMTPAUTH_PERM = \"1\"\n"))!
            .Policies.Default;
        Assert.Equal((12, TimeSpan.FromHours(1)), (policy.BruteForce.Failures, policy.BruteForce.Within));
        Assert.Equal(TimeSpan.FromDays(1), policy.Reactions.BlockFor);
    }

    /// <summary>A list replaces the guard's own.</summary>
    [Fact]
    public void Limits_of_logins_alone_leave_the_guards_own_limit_of_mail()
    {
        var policy = ImportedText.Loaded(Converted("LT_POP3D = \"60\"\nLT_IMAPD = \"60\"\n"))!.Policies.Default;
        Assert.Equal([QuotaUnit.Logins, QuotaUnit.Recipients], policy.Quotas.Select(quota => quota.Unit));
        Assert.Contains("# line 1 (LT_POP3D = 60): no counterpart: counts logins to one service", Converted("LT_POP3D = \"60\"\n"), StringComparison.Ordinal);
    }

    private static string Converted(string text)
    {
        var policy = new ImportedPolicy(CsfFiles.Program, "/etc/csf/csf.conf");
        new CsfFiles(Lists.GetValueOrDefault).Convert("/etc/csf/csf.conf", text, policy);
        Assert.NotNull(ImportedText.Loaded(policy.ToString()));
        return policy.ToString();
    }
}
