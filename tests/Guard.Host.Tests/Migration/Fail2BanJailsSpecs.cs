using Guard.Host.Migration;
using Xunit;

namespace Guard.Host.Tests.Migration;

/// <summary>fail2ban's jails of mail, FTP and SSH.</summary>
public sealed class Fail2BanJailsSpecs
{
    /// <summary>Shaped like a server's: what the distribution brings, a part of its own, and what the admin wrote.</summary>
    private static readonly Dictionary<string, string> Server = new()
    {
        ["/etc/fail2ban/jail.conf"] = """
            [INCLUDES]
            before = paths.conf

            [DEFAULT]
            # a comment
            bantime  = 10m
            findtime = 10m
            maxretry = 5
            enabled = false
            filter = %(__name__)s[mode=%(mode)s]
            mode = normal
            strict = 3

            [sshd]
            port = ssh
            logpath = %(sshd_log)s

            [dovecot]
            port = pop3,imap

            [postfix-sasl]
            filter = postfix[mode=auth]
            port = smtp,465

            [nginx-http-auth]
            port = http

            [exim]
            """,
        ["/etc/fail2ban/paths.conf"] = "[DEFAULT]\nsshd_log = /var/log/auth.log\n",
        ["/etc/fail2ban/jail.d/defaults.conf"] = "[sshd]\nenabled = true\n",
        ["/etc/fail2ban/jail.local"] = """
            [DEFAULT]
            ignoreip = 127.0.0.1/8 ::1
                       192.0.2.0/24, office.example.com
            bantime = 1d 12h
            bantime.increment = true
            destemail = root@example.com

            [dovecot]
            enabled = true
            maxretry = %(strict)s
            ignoreip = %(default/ignoreip)s 198.51.100.7

            [postfix-sasl]
            enabled = yes
            findtime = 1h ; long
            bantime = -1
            banaction = ours
            broken = %(nothing)s

            [nginx-http-auth]
            enabled = true
            """,
    };

    [Fact]
    public void Jails_of_mail_become_one_rule_and_whom_they_ignore_is_exempt()
    {
        var settings = ImportedText.Loaded(Converted())!;
        var policy = settings.Policies.Default;
        Assert.Equal((3, TimeSpan.FromHours(1)), (policy.BruteForce.Failures, policy.BruteForce.Within));
        Assert.Equal(TimeSpan.FromDays(1), policy.Reactions.BlockFor);
        Assert.Equal(["192.0.2.0/24", "198.51.100.7/32"], settings.Enforcement.Firewall.Policy.Exempt.Select(prefix => prefix.ToString()));
    }

    [Theory]
    [InlineData("# [sshd] maxretry = 5, findtime = 10m: taken over: 5 failures of an address in 600 s")]
    [InlineData("# [dovecot] maxretry = 3, findtime = 10m: taken over")]
    [InlineData("# [postfix-sasl] maxretry = 5, findtime = 1h: taken over: 5 failures of an address in 3600 s")]
    [InlineData("# [dovecot] bantime = 1d 12h: no counterpart: lasts 129600 s there")]
    [InlineData("# [postfix-sasl] bantime = -1: no counterpart: bans for ever")]
    [InlineData("# [postfix-sasl]: no counterpart: banaction, broken: stay fail2ban's")]
    [InlineData("# [nginx-http-auth]: no counterpart: the filter nginx-http-auth is none of mail")]
    [InlineData("# 1 jails: are off: exim")]
    [InlineData("# bantime.increment: taken over")]
    [InlineData("# [DEFAULT] ignoreip: 127.0.0.1/8 is this machine")]
    [InlineData("# [DEFAULT] ignoreip: no counterpart: 'office.example.com' is no address")]
    [InlineData("# [dovecot] ignoreip: taken over: 198.51.100.7 is never blocked")]
    public void Everything_is_told(string expected) => Assert.Contains(expected, Converted(), StringComparison.Ordinal);

    [Fact]
    public void Files_and_values_that_name_each_other_without_end_are_told()
    {
        var text = Converted(
            new()
            {
                ["/etc/fail2ban/jail.conf"] =
                    "[INCLUDES]\nafter = jail.conf\n[DEFAULT]\nenabled = true\nmaxretry = %(a)s\na = %(b)s\nb = %(a)s\n[sshd]\nnot a setting\n",
            }
        );
        Assert.Contains("within each other", text, StringComparison.Ordinal);
        Assert.Contains("without end", text, StringComparison.Ordinal);
        Assert.Contains("line 9 is no name = value", text, StringComparison.Ordinal);
    }

    private static string Converted(Dictionary<string, string>? server = null)
    {
        var files = server ?? Server;
        var policy = new ImportedPolicy(Fail2BanJails.Program, "/etc/fail2ban");
        new Fail2BanJails(files.GetValueOrDefault, directory => [.. files.Keys.Where(path => Path.GetDirectoryName(path) == directory)]).Convert(
            "/etc/fail2ban",
            policy
        );
        Assert.NotNull(ImportedText.Loaded(policy.ToString()));
        return policy.ToString();
    }
}
