using Guard.Host.Configuration;
using Guard.Host.Doctor;
using Guard.Host.Node.Health;
using Xunit;

namespace Guard.Host.Tests.Doctor;

/// <summary>What doctor makes of the mail servers' own configuration.</summary>
public sealed class ServerConfigurationSpecs
{
    private static readonly GuardSettings Usual = GuardConfiguration.Load(null).Settings!;
    private const string Ask = "check_policy_service { inet:127.0.0.1:10031, timeout=2s, try_limit=1, default_action=DUNNO }";
    private const string End = $"submission/inet/smtpd_end_of_data_restrictions = {Ask}\n";

    public static TheoryData<string, string, FindingLevel> Postfix =>
        new()
        {
            { $"submission/inet/smtpd_recipient_restrictions = {Ask}, permit_sasl_authenticated, reject\n{End}", "asks the guard", FindingLevel.Ok },
            { $"submission/inet/smtpd_recipient_restrictions = permit_sasl_authenticated, {Ask}\n{End}", "never asked", FindingLevel.Fault },
            { $"smtpd_recipient_restrictions = {Ask}, reject", "at the end of a message", FindingLevel.Warning },
            { $"smtpd_recipient_restrictions = check_policy_service inet:127.0.0.1:10031, reject\n{End}", "refused with 451", FindingLevel.Warning },
            {
                $"submission/inet/smtpd_recipient_restrictions = {Ask}, reject\n{End}".Replace(" try_limit=1,", "", StringComparison.Ordinal),
                "a second longer",
                FindingLevel.Warning
            },
            { "smtpd_recipient_restrictions = check_policy_service inet:127.0.0.1:10023", "another policy server", FindingLevel.Fault },
            { "smtpd_recipient_restrictions = permit_sasl_authenticated, reject", "does not ask", FindingLevel.Warning },
            { "smtpd_milters = inet:127.0.0.1:10033\nmilter_default_action = accept", "asks the milter", FindingLevel.Ok },
            { "smtpd_milters = inet:127.0.0.1:10033", "deferred", FindingLevel.Warning },
            { $"smtpd_recipient_restrictions = {Ask}, reject\n{End}smtpd_milters = inet:127.0.0.1:10033", "twice", FindingLevel.Warning },
            { $"mail_owner = mailowner\nsubmission/inet/smtpd_recipient_restrictions = {Ask}, reject\n{End}", "who is not listed", FindingLevel.Fault },
        };

    [Theory]
    [MemberData(nameof(Postfix))]
    public void Postfix_is_judged_by_postconf(string lines, string expected, FindingLevel level) => Expect(PostfixChecks.Judge(Usual, lines), expected, level);

    [Theory]
    [InlineData("auth_policy_server_url = http://127.0.0.1:8084/\nauth_policy_hash_nonce = abc", "asks the guard", FindingLevel.Ok)]
    [InlineData("auth_policy_server_url = http://localhost:8084/\nauth_policy_hash_nonce = abc", "asks the guard", FindingLevel.Ok)]
    [InlineData(
        "auth_policy {\n  hash_nonce = # hidden, use -P to show it\n  server_url = http://127.0.0.1:8084/\n  http_client_request_absolute_timeout = 2 secs\n}",
        "asks the guard",
        FindingLevel.Ok
    )]
    [InlineData("auth_policy_server_url = http://127.0.0.1:4001/\nauth_policy_hash_nonce = abc", "asks http://127.0.0.1:4001/", FindingLevel.Fault)]
    [InlineData("auth_policy_server_url = http://127.0.0.1:8084/", "auth_policy_hash_nonce is missing", FindingLevel.Fault)]
    [InlineData(
        "auth_policy_server_url = http://127.0.0.1:8084/\nauth_policy_hash_nonce = abc\nauth_policy_server_timeout_msecs = 500",
        "no longer than",
        FindingLevel.Warning
    )]
    [InlineData(
        "auth_policy_server_url = http://127.0.0.1:8084/\nauth_policy_hash_nonce = abc\nauth_policy {\n  http_client_request_absolute_timeout = 500 msecs\n}",
        "waits 500 ms",
        FindingLevel.Warning
    )]
    [InlineData(
        "auth_policy_server_url = http://127.0.0.1:8084/\nauth_policy_hash_nonce = abc\nauth_policy {\n  http_client_request_absolute_timeout = 2 secs\n}",
        "asks the guard",
        FindingLevel.Ok
    )]
    [InlineData(
        "auth_policy_server_url = http://127.0.0.1:8084/\nauth_policy_hash_nonce = abc\nhttp_client_request_absolute_timeout = 1s\npassdb passwd-file {\n  passwd_file_path = /etc/dovecot/users\n}",
        "waits 1000 ms",
        FindingLevel.Warning
    )]
    [InlineData(
        "auth_policy_server_url = http://127.0.0.1:8084/\nauth_policy_hash_nonce = abc\nauth_policy_reject_on_fail = yes",
        "nobody can log in",
        FindingLevel.Warning
    )]
    [InlineData(
        "auth_policy_server_url = http://127.0.0.1:8084/\nauth_policy_hash_nonce = abc\ndefault_internal_user = mailowner",
        "who is not listed",
        FindingLevel.Fault
    )]
    [InlineData("mail_location = maildir:~/", "does not ask", FindingLevel.Warning)]
    public void Dovecot_is_judged_by_doveconf(string lines, string expected, FindingLevel level) => Expect(DovecotChecks.Judge(Usual, lines), expected, level);

    [Fact]
    public void A_password_that_Dovecot_does_not_send_is_a_fault() =>
        Expect(
            DovecotChecks.Judge(
                Usual with
                {
                    Inline = Usual.Inline with { AuthUser = "dovecot", AuthPassword = "x" },
                },
                "auth_policy_server_url = http://127.0.0.1:8084/\nauth_policy_hash_nonce = abc"
            ),
            "which Dovecot does not send",
            FindingLevel.Fault
        );

    [Theory]
    [InlineData("Xaccountguard, S=inet:10033@127.0.0.1, F=, T=S:2s\nO InputMailFilters=clamav,accountguard", "asks the guard", FindingLevel.Ok)]
    [InlineData("Xaccountguard, S=inet:10033@127.0.0.1, F=R\nO InputMailFilters=accountguard", "mail is refused", FindingLevel.Warning)]
    [InlineData("Xaccountguard, S=inet:10033@127.0.0.1\nO InputMailFilters=clamav", "not used", FindingLevel.Fault)]
    [InlineData("Xaccountguard, S=inet:10050@127.0.0.1\nO InputMailFilters=accountguard", "other filters only", FindingLevel.Fault)]
    [InlineData("O QueueDirectory=/var/spool/mqueue", "does not ask", FindingLevel.Warning)]
    public void Sendmail_is_judged_by_its_cf(string lines, string expected, FindingLevel level) => Expect(SendmailChecks.Judge(Usual, lines), expected, level);

    [Fact]
    public void A_socket_in_Postfixs_queue_directory_is_recognised()
    {
        var settings = Usual with
        {
            Inline = Usual.Inline with { Policy = new System.Net.Sockets.UnixDomainSocketEndPoint("/var/spool/postfix/private/accountguard") },
        };
        Expect(
            PostfixChecks.Judge(
                settings,
                $"smtpd_recipient_restrictions = {Ask}\n{End}".Replace("inet:127.0.0.1:10031", "unix:private/accountguard", StringComparison.Ordinal)
            ),
            "asks the guard",
            FindingLevel.Ok
        );
    }

    [Fact]
    public void What_is_off_is_not_looked_for()
    {
        var off = Usual with { Inline = Usual.Inline with { Policy = null, AuthPolicy = null, Milter = null } };
        Assert.Empty(PostfixChecks.Judge(off, "smtpd_milters = inet:127.0.0.1:10033"));
        Assert.Empty(DovecotChecks.Judge(off, ""));
        Assert.Empty(SendmailChecks.Judge(off, ""));
    }

    private static void Expect(IEnumerable<Finding> findings, string expected, FindingLevel level)
    {
        var all = findings.ToArray();
        var found = all.Where(finding => finding.Text.Contains(expected, StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(found);
        Assert.All(found, finding => Assert.Equal((level, level == FindingLevel.Ok), (finding.Level, finding.Remedy.Length == 0)));
        Assert.Equal(level, all.Max(finding => finding.Level));
    }
}
