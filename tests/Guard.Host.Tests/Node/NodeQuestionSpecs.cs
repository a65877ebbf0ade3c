using Guard.Host.Enforcement.Queues;
using Guard.Host.Intake;
using Guard.Host.Node;
using Guard.Host.Node.Questions;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Host.Tests.Node;

/// <summary>What a node answers arrives at another one as it was.</summary>
public sealed class NodeQuestionSpecs
{
    private static readonly DateTimeOffset At = new(2026, 3, 5, 10, 11, 12, 345, TimeSpan.Zero);
    private static readonly UserId User = new("anna@example.com");

    [Fact]
    public void A_source_arrives_as_it_was()
    {
        var reading = new IntakeReading("/var/log/mail.log", "log", 11, 12, 13, 14, At, TimeSpan.FromSeconds(1.5), 15, 16, 17, 18)
        {
            Unjudged = 19,
            UnjudgedFrom = "host 3",
            Problem = "is not readable",
            Foreign = 20,
            Lost = 21,
            Misdated = 22,
            Notice = "the clock is wrong",
        };
        Assert.Equal(reading, Through(NodeQuestions.Intake, reading));
        var bare = new IntakeReading("syslog", "syslog");
        Assert.Equal(bare, Through(NodeQuestions.Intake, bare));
    }

    [Theory]
    [InlineData(OutboxKind.Worker, 3)]
    [InlineData(OutboxKind.Reports, 0)]
    [InlineData(OutboxKind.Report, null)]
    [InlineData(OutboxKind.DeadLetter, 1)]
    [InlineData(OutboxKind.Effects, null)]
    [InlineData(OutboxKind.Effect, null)]
    public void An_item_of_the_outbox_arrives_as_it_was(OutboxKind kind, int? failures)
    {
        var item = new OutboxItem(kind, "nftables", 5, 2, failures, failures is null ? At : null, "permission denied");
        Assert.Equal(item, Through(NodeQuestions.Outbox, item));
        Assert.Equal(item, NodeQuestions.Outbox.Read(NodeQuestions.Outbox.Write(item)[..7]));
        var lately = item with { LastSuccess = At, LastFailure = At.AddMinutes(-1) };
        Assert.Equal(lately, Through(NodeQuestions.Outbox, lately));
    }

    [Fact]
    public void Locks_held_mail_activity_and_decisions_arrive_as_they_were()
    {
        var locked = new LockedAccount(User, At, At.AddHours(1), "1,000 mails");
        Assert.Equal(locked, Through(NodeQuestions.Locks, locked));
        Assert.Equal(locked with { Until = null }, Through(NodeQuestions.Locks, locked with { Until = null }));
        var held = new HeldMail(User, new QueuedMail("hold", "4F65A1", At, 1234, "x@example.com", 7), HoldState.Leaving);
        Assert.Equal(held, Through(NodeQuestions.HeldMail, held));
        var ended = new EndedMail(User, 2, "2 let go");
        Assert.Equal(ended, Through(NodeQuestions.QueueRelease, ended));
        var sessions = new EndedSessions(User, "open sessions ended");
        Assert.Equal(sessions, Through(NodeQuestions.SessionsEnd, sessions));
        var active = new ActiveAccount(User, new SiteId("example.com"), 3.5, 12.1, Rung.Restricted, At);
        Assert.Equal(active, Through(NodeQuestions.Activity, active));
        var seen = new SeenDecision(At, User, new SiteId("grouped"), "login imap", "192.0.2.7", "RO", 4.5, Rung.Reported, "refused");
        Assert.Equal(seen, Through(NodeQuestions.Decisions, seen));
    }

    [Fact]
    public void Each_question_is_found_by_its_words_with_its_parameters_behind()
    {
        foreach (var question in NodeQuestions.All)
        {
            var (found, parameters) = NodeQuestions.Find([.. question.Name.Split(' '), "anna@example.com"]);
            Assert.Same(question, found);
            Assert.Equal(["anna@example.com"], parameters);
        }
        Assert.Throws<InspectionException>(() => NodeQuestions.Find(["shutdown"]));
        Assert.Throws<InspectionException>(() => NodeQuestions.Find([]));
    }

    private static T Through<T>(NodeQuestion<T> question, T item) => question.Read(question.Write(item));
}
