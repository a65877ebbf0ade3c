using Guard.Actors.Users;
using Guard.Host.Configuration;
using Guard.Host.Enforcement.DovecotDenyFile;
using Guard.Host.Enforcement.PostfixAccess;
using Guard.Host.Intake;
using Guard.Host.Node.Health;
using Guard.Host.Platform;
using Guard.Host.Tests.Enforcers;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Xunit;

namespace Guard.Host.Tests.Node.Health;

/// <summary>What is missing on a machine for a lock to hold.</summary>
public sealed class LockGapSpecs
{
    private const string Deny = "/etc/dovecot/accountguard-deny";
    private const string Map = "/etc/postfix/accountguard-access";

    private static readonly UserId User = new("info@example.com");
    private static readonly ObservationOrigin Log = new("/var/log/mail.log", 1);

    private readonly Answering _machine = new() { Answer = _ => throw new EnforcementException("is not installed") };
    private readonly IntakeBoard _intake = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private LockGaps Gaps(string settings, bool enforces = true)
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, $"accountguard {{ {settings} }}");
        var loaded = GuardConfiguration.Load(path);
        File.Delete(path);
        Assert.Empty(loaded.Faults);
        return new LockGaps(loaded.Settings!.Enforcement, loaded.Settings.Inline, _intake, [], _machine, () => enforces);
    }

    private static Submission Mail() => new(User, default, Place.None, Log, 1, 0, "");

    private static Login Login(Service service) => new(User, default, Place.None, Log, service, LoginOutcome.Succeeded);

    private static string Said(IEnumerable<Reason> gaps) => string.Join(" | ", gaps.Select(Actors.Reactions.ReasonText.Of));

    [Fact]
    public void Where_only_logs_are_read_a_lock_is_made_here_and_all_goes_on()
    {
        var gaps = Gaps("intake { postfix-policy.listen = off, auth-policy.listen = off, milter.listen = off }");
        Assert.StartsWith("locked here, sending goes on: no server asks the guard for it", Said(gaps.Of(Mail())), StringComparison.Ordinal);
        Assert.StartsWith("locked here, logging in to ssh goes on", Said(gaps.Of(Login(Service.Ssh))), StringComparison.Ordinal);
        Assert.Equal([LockHold.Sending, "logging in to imap"], gaps.All.Select(gap => gap.Subject));
    }

    [Fact]
    public void A_server_that_sent_mail_and_never_asked_does_not_ask()
    {
        var gaps = Gaps("");
        // Nobody had to ask yet.
        Assert.Empty(gaps.All);
        gaps.See(Mail(), default(DateTimeOffset).AddDays(1));
        Assert.Empty(gaps.All);
        gaps.See(Mail(), default);
        gaps.See(Login(Service.Imap), default);
        Assert.Equal([LockHold.Sending, "logging in to imap"], gaps.All.Select(gap => gap.Subject));
        _intake.Add(() => new IntakeReading("postfix", "postfix-policy", Asked: 1));
        _intake.Add(() => new IntakeReading("dovecot", "auth-policy", Asked: 1));
        Assert.Empty(gaps.All);
    }

    [Fact]
    public async Task Dovecot_that_does_not_read_the_deny_file_and_Postfix_that_does_not_read_the_map_are_named()
    {
        _machine.Answer = request => new ProcessOutcome(
            0,
            request.Program == "doveconf" ? "passdb {\n  driver = pam\n}\n" : "smtpd_recipient_restrictions = reject\n",
            ""
        );
        var gaps = Gaps($"enforcement.locks {{ dovecot-deny-file = \"{Deny}\", postfix-access-map = \"{Map}\" }}");
        await gaps.LookAsync(Cancel);
        Assert.Equal($"Dovecot does not read the deny file {Deny}", Said(gaps.Of(Login(Service.Imap))));
        Assert.Contains($"Postfix does not read the access map {Map}", Said(gaps.Of(Mail())), StringComparison.Ordinal);
        Assert.Equal([FindingLevel.Fault, FindingLevel.Fault], gaps.Look().Select(finding => finding.Level));
    }

    [Fact]
    public async Task What_is_read_is_no_gap_and_what_cannot_be_told_is_none_either()
    {
        var gaps = Gaps($"enforcement.locks {{ dovecot-deny-file = \"{Deny}\", postfix-access-map = \"{Map}\" }}");
        await gaps.LookAsync(Cancel);
        Assert.Empty(gaps.All);
        Assert.Empty(gaps.Look());
        _machine.Answer = request => new ProcessOutcome(
            0,
            request.Program == "doveconf" ? $"passdb {{\n  args = username_format=%u {Deny}\n  deny = yes\n  driver = passwd-file\n}}\n"
                : request.Arguments.Contains("-P") ? $"submission/inet/smtpd_client_restrictions = check_sasl_access hash:{Map}\n"
                : "",
            ""
        );
        await gaps.LookAsync(Cancel);
        Assert.Empty(gaps.All);
        Assert.Equal([FindingLevel.Ok, FindingLevel.Ok], gaps.Look().Select(finding => finding.Level));
    }

    [Fact]
    public async Task Where_nothing_is_enforced_an_unread_file_is_a_warning()
    {
        _machine.Answer = _ => new ProcessOutcome(0, "", "");
        var gaps = Gaps($"enforcement.locks.dovecot-deny-file = \"{Deny}\"", enforces: false);
        await gaps.LookAsync(Cancel);
        Assert.Equal(FindingLevel.Warning, Assert.Single(gaps.Look()).Level);
    }

    [Theory]
    [InlineData("passdb {\n  args = scheme=PLAIN /etc/dovecot/deny\n  deny = yes\n  driver = passwd-file\n}", true)]
    [InlineData("passdb accountguard {\n  deny = yes\n  driver = passwd-file\n  passwd_file_path = /etc/dovecot/deny\n}", true)]
    [InlineData("protocol imap {\n  passdb a {\n    deny = yes\n    passwd_file_path = /etc/dovecot/deny\n    fields {\n      x = y\n    }\n  }\n}", true)]
    [InlineData("passdb {\n  args = /etc/dovecot/deny\n  driver = passwd-file\n}", false)]
    [InlineData("passdb {\n  args = /etc/dovecot/deny.old\n  deny = yes\n}", false)]
    [InlineData("passdb {\n  args = /etc/dovecot/deny\n}\npassdb {\n  deny = yes\n}", false)]
    [InlineData("userdb {\n  args = /etc/dovecot/deny\n  deny = yes\n}", false)]
    [InlineData("", false)]
    public void A_deny_file_is_read_where_a_passdb_names_it_and_denies(string configuration, bool reads) =>
        Assert.Equal(reads, DenyFileReader.Reads(configuration, "/etc/dovecot/deny"));

    [Theory]
    [InlineData("smtpd_recipient_restrictions = check_sasl_access hash:/etc/postfix/access, reject", true)]
    [InlineData("smtpd_client_restrictions = check_sasl_access { lmdb:/etc/postfix/access, DUNNO }", true)]
    [InlineData("smtpd_recipient_restrictions = check_sasl_access hash:/etc/postfix/access2, reject", false)]
    [InlineData("alias_maps = hash:/etc/aliases", false)]
    public void A_map_is_read_where_a_setting_names_it(string configuration, bool reads) =>
        Assert.Equal(reads, AccessMapReader.Reads(configuration, "/etc/postfix/access"));
}
