using System.Net;
using Guard.Host.Running.Setup;
using Xunit;

namespace Guard.Host.Tests.Running.Setup;

/// <summary>What setup says to mail servers, by what postconf tells of several of them, and that the guides show the same lines.</summary>
public sealed class MailServerLinesSpecs
{
    private const string Ask = "check_policy_service { … }";
    private const string Heed = "check_sasl_access hash:/map";
    private const string Submission = "submission inet n - y - - smtpd -o smtpd_sasl_auth_enable=yes\n";
    private const string Port25 = "smtp inet n - y - - smtpd\n";

    private static string[] Changes(string services, string overrides, string main) =>
        [.. PostfixLines.Of(services, overrides, main, Ask, Heed).Select(change => change.ToString())];

    [Fact]
    public void Where_nobody_logs_in_nothing_is_written() => Assert.Empty(Changes(Port25, "", "smtpd_sasl_auth_enable = no\n"));

    [Fact]
    public void A_service_without_lists_of_its_own_gets_them() =>
        Assert.Equal(
            [
                $"accountguard_recipient_check = {Heed}, {Ask}",
                $"accountguard_end_of_data_check = {Ask}",
                "submission/inet/smtpd_recipient_restrictions = $accountguard_recipient_check",
                "submission/inet/smtpd_end_of_data_restrictions = $accountguard_end_of_data_check",
            ],
            Changes(Port25 + Submission, "submission/inet/smtpd_sasl_auth_enable = yes\n", "smtpd_sasl_auth_enable = no\nsmtpd_recipient_restrictions =\n")
        );

    [Fact]
    public void A_service_s_own_list_stays_behind_what_asks_the_guard() =>
        Assert.Contains(
            "submission/inet/smtpd_recipient_restrictions = $accountguard_recipient_check,check_policy_service,{inet:127.0.0.1:10023,timeout=5s},permit_sasl_authenticated,reject",
            Changes(
                Submission,
                "submission/inet/smtpd_sasl_auth_enable = yes\nsubmission/inet/smtpd_recipient_restrictions = check_policy_service { inet:127.0.0.1:10023, timeout=5s }, permit_sasl_authenticated reject\n",
                ""
            )
        );

    [Fact]
    public void A_list_of_main_cf_is_changed_there_and_not_repeated_in_services()
    {
        var changes = Changes(
            Port25 + Submission,
            "submission/inet/smtpd_sasl_auth_enable = yes\n",
            "smtpd_sasl_auth_enable = no\nsmtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination\n"
        );
        Assert.Contains("smtpd_recipient_restrictions = $accountguard_recipient_check, permit_mynetworks, reject_unauth_destination", changes);
        Assert.DoesNotContain(changes, change => change.StartsWith("submission/inet/smtpd_recipient", StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_filter_hands_back_on_loopback_is_not_asked_about() =>
        Assert.DoesNotContain(
            Changes("127.0.0.1:10025 inet n - y - - smtpd\n" + Port25, "", "smtpd_sasl_auth_enable = yes\n"),
            change => change.StartsWith("127.", StringComparison.Ordinal)
        );

    [Fact]
    public void What_is_written_needs_no_second_time_and_can_be_taken_out()
    {
        const string Main = "smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination\n";
        const string Own = "submission/inet/smtpd_sasl_auth_enable = yes\nsubmission/inet/smtpd_end_of_data_restrictions = reject_plaintext_session\n";
        var changes = PostfixLines.Of(Submission, Own, Main, Ask, Heed);
        var main = string.Concat(changes.Where(change => !change.IsOfService).Select(change => $"{change}\n"));
        var own = string.Concat(changes.Where(change => change.IsOfService).Select(change => $"{change}\n"));
        Assert.Empty(PostfixLines.Of(Submission, Own + own, Main + main, Ask, Heed));
        Assert.Equal(
            [
                "submission/inet/smtpd_end_of_data_restrictions = reject_plaintext_session",
                "smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination",
            ],
            PostfixLines.Without(Own + own, Main + main).Select(change => change.ToString())
        );
    }

    [Theory]
    [InlineData("2.3.19.1 (9b53102964)", false)]
    [InlineData("2.4.1-4 (7d8c0e5759)", true)]
    [InlineData("2.4.0", true)]
    public void Dovecot_s_version_decides_its_lines(string version, bool is24) => Assert.Equal(is24, DovecotSetup.IsFrom24(version));

    [Fact]
    public void The_guides_show_the_lines_that_setup_writes()
    {
        var (postfix, dovecot, locks) = (Page("postfix.md"), Page("dovecot.md"), Page("enforcement.md"));
        var policy = MailServerLines.Ask(new IPEndPoint(IPAddress.Loopback, 10031));
        Assert.Contains($"smtpd_recipient_restrictions = {policy}, permit_sasl_authenticated", postfix, StringComparison.Ordinal);
        Assert.Contains($"smtpd_end_of_data_restrictions = {policy} ", postfix, StringComparison.Ordinal);
        foreach (var is24 in new[] { false, true })
        {
            Assert.Contains(
                MailServerLines.AuthPolicy(is24, new IPEndPoint(IPAddress.Loopback, 8084), "a-long-random-text"),
                dovecot,
                StringComparison.Ordinal
            );
            Assert.Contains(MailServerLines.Deny(is24), locks, StringComparison.Ordinal);
        }
        Assert.Contains(MailServerLines.HeedLocks("hash"), locks, StringComparison.Ordinal);
    }

    private static string Page(string name) => File.ReadAllText(Path.Combine(Repository.Root, "docs", name));
}
