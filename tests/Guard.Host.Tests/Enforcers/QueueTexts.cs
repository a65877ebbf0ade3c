using Guard.Host.Enforcement.PostfixQueue;
using Guard.Host.Enforcement.Queues;
using Guard.Host.Enforcement.SendmailQueue;
using Guard.Host.Platform;
using Guard.Messages.Identity;
using Xunit;

namespace Guard.Host.Tests.Enforcers;

/// <summary>What mail servers say of their queues; the texts are Postfix 3.7's and Sendmail 8.17's own.</summary>
public sealed class QueueTexts
{
    private static readonly UserId Info = new("info@example.com");
    private static readonly DateTimeOffset Arrived = new(2026, 11, 25, 10, 11, 9, TimeSpan.Zero);

    private static QueuedMail Mail(string id, string sender) => new("deferred", id, Arrived, 319, sender, 1);

    private static string Envelope(string id, string more) =>
        $"""
            *** ENVELOPE RECORDS deferred/{id[0]}/{id} ***
            message_size:             319             708               1               0             319               0
            named_attribute: rewrite_context=local
            {more}
            recipient: bob@remote.test
            *** MESSAGE CONTENTS deferred/{id[0]}/{id} ***
            *** HEADER EXTRACTED deferred/{id[0]}/{id} ***
            *** MESSAGE FILE END deferred/{id[0]}/{id} ***

            """;

    private static async Task<string[]> Found(Answering answering, params QueuedMail[] mails)
    {
        var queue = new PostfixQueue(answering, name => name.Contains('@', StringComparison.Ordinal) ? new UserId(name) : null);
        var found = new List<string>();
        await foreach (var some in queue.Of(Info, new HashSet<string>(), mails, TestContext.Current.CancellationToken))
            found.AddRange(some.Select(mail => mail.Id));
        return [.. found];
    }

    [Theory]
    [InlineData("From: a@example.com\nSubject: Your invoice\nTo: b@remote.test\n", "Your invoice")]
    [InlineData("subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= =?utf-8?b?IMOkdXM=?=\r\n", "Grüße äus")]
    [InlineData("Subject: one that\n  goes on\n\tand on\nX-Other: no\n", "one that  goes on\tand on", "one that  goes on?and on")]
    [InlineData("Subject: =?utf-8?q?turned=E2=80=AE_and=07_rung?=\n", "turned? and? rung")]
    [InlineData("X-Subject: no\n\nSubject: in the body\n", "")]
    [InlineData("Subject:\n", "")]
    [InlineData("", "")]
    public void A_subject_is_decoded_and_can_do_nothing_but_show(string header, string expected, string? orElse = null) =>
        Assert.Contains(MailSubject.Of(header), new[] { expected, orElse ?? expected });

    [Fact]
    public void A_subject_without_end_is_cut_between_characters()
    {
        var subject = MailSubject.Of($"Subject: {string.Concat(Enumerable.Repeat("😀", 5000))}\n");
        Assert.InRange(subject.Length, 199, 201);
        Assert.EndsWith("😀…", subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Subjects_are_asked_for_mail_by_mail_once_and_never_for_what_is_no_id()
    {
        var asked = new List<string>();
        var answering = new Answering
        {
            Answer = request =>
            {
                asked.Add(string.Join(' ', request.Arguments));
                return request.Arguments[^1] == "GONE"
                    ? new ProcessOutcome(1, "", "No such file")
                    : new ProcessOutcome(0, $"Subject: of {request.Arguments[^1]}\n", "");
            },
        };
        var queue = new PostfixQueue(answering, _ => null);
        QueuedMail[] mails = [Mail("A1", ""), Mail("GONE", ""), Mail("-c/tmp", ""), Mail("B2", "")];
        for (var round = 0; round < 2; round++)
        {
            var subjects = await queue.Subjects(mails, TestContext.Current.CancellationToken);
            Assert.Equal(["A1: of A1", "B2: of B2"], subjects.Select(pair => $"{pair.Key}: {pair.Value}").Order(StringComparer.Ordinal));
        }
        Assert.Equal(["-h -q A1", "-h -q GONE", "-h -q B2", "-h -q GONE"], asked);
    }

    [Fact]
    public async Task A_mail_is_the_accounts_by_its_login_whatever_its_sender_and_by_its_sender_only_from_this_machine()
    {
        var answering = new Answering
        {
            Answer = _ => new ProcessOutcome(
                0,
                string.Concat(
                    Envelope(
                        "A1",
                        "named_attribute: sasl_username=info@example.com\nsender: forged@elsewhere.test\nnamed_attribute: client_address=203.0.113.9"
                    ),
                    Envelope("A2", "named_attribute: sasl_username=anna@example.com\nsender: info@example.com\nnamed_attribute: client_address=203.0.113.9"),
                    Envelope("A3", "sender: info@example.com\nnamed_attribute: client_address=203.0.113.10"),
                    Envelope("A4", "sender: info@example.com"),
                    Envelope("A5", "sender: info@example.com\nnamed_attribute: log_client_address=203.0.113.10\nnamed_attribute: client_address=127.0.0.1"),
                    Envelope("A6", "sender: info@example.com\nnamed_attribute: client_address=127.0.0.1")
                ),
                ""
            ),
        };
        var mails = new[]
        {
            Mail("A1", "forged@elsewhere.test"),
            Mail("A2", "info@example.com"),
            Mail("A3", "info@example.com"),
            Mail("A4", "info@example.com"),
            Mail("A5", "info@example.com"),
            Mail("A6", "info@example.com"),
        };
        Assert.Equal(["A1", "A4", "A6"], await Found(answering, mails));
    }

    [Fact]
    public async Task A_mail_that_left_meanwhile_is_passed_over_and_those_behind_it_are_not()
    {
        var answering = new Answering
        {
            Answer = request =>
                request.Arguments.IndexOf("GONE") is var at && at >= 0
                    ? new ProcessOutcome(
                        1,
                        string.Concat(
                            request.Arguments.Take(at).Where(one => one[0] == 'B').Select(id => Envelope(id, "named_attribute: sasl_username=info@example.com"))
                        ),
                        "postcat: fatal: open queue file GONE: No such file or directory"
                    )
                    : new ProcessOutcome(
                        0,
                        string.Concat(
                            request.Arguments.Where(one => one[0] == 'B').Select(id => Envelope(id, "named_attribute: sasl_username=info@example.com"))
                        ),
                        ""
                    ),
        };
        Assert.Equal(["B1", "B2", "B3"], await Found(answering, Mail("B1", ""), Mail("GONE", ""), Mail("B2", ""), Mail("B3", "")));
        Assert.Equal(2, answering.Asked.Count);
    }

    [Fact]
    public async Task An_id_that_would_mean_everybodys_mail_is_never_said()
    {
        var answering = new Answering();
        await new PostfixQueue(answering, _ => null).Delete(["ALL", "a b", "-d", ""], TestContext.Current.CancellationToken);
        Assert.Empty(answering.Asked);
        await new SendmailQueue(answering, TimeProvider.System).Hold(["", "x", "6APAALVp00681 -qR", "6"], TestContext.Current.CancellationToken);
        Assert.Empty(answering.Asked);
    }

    [Fact]
    public async Task A_mail_that_moves_while_postfix_lists_its_queues_is_listed_once_and_where_it_was_seen_last()
    {
        var answering = new Answering();
        answering.Answer = request =>
        {
            foreach (var (queue, id) in new[] { ("active", "A1"), ("active", "B2"), ("active", "C3"), ("deferred", "A1"), ("hold", "B2") })
                request.OnLine?.Invoke(
                    $$"""{"queue_name":"{{queue}}","queue_id":"{{id}}","arrival_time":1764065469,"message_size":319,"sender":"info@example.com","recipients":[]}"""
                );
            return new ProcessOutcome(0, "", "");
        };
        var queue = new PostfixQueue(answering, _ => Info);
        Assert.Equal(
            ["active C3", "deferred A1", "hold B2"],
            (await queue.List(_ => true, TestContext.Current.CancellationToken)).Select(mail => $"{mail.Queue} {mail.Id}").Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            ["A1", "C3"],
            (await queue.List(mail => !mail.IsOnHold, TestContext.Current.CancellationToken)).Select(mail => mail.Id).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_mail_that_sendmail_quarantines_between_two_listings_is_listed_once_and_as_held()
    {
        const string line = "6APAALVp006819     1204 Wed Nov 25 10:10 <info@mail.example.com>\n\t\t\t\t\t <bob@remote.test>\n\t\tTotal requests: 1\n";
        var answering = new Answering { Answer = _ => new ProcessOutcome(0, $"\t\t/mnt/mqueue (1 request)\n-----Q-ID-----\n{line}", "") };
        var mails = await new SendmailQueue(answering, TimeProvider.System).List(_ => true, TestContext.Current.CancellationToken);
        Assert.True(Assert.Single(mails).IsOnHold);
    }

    [Fact]
    public void Sendmails_listing_is_read_with_the_time_in_its_ids()
    {
        const string listing = """
            		/mnt/mqueue (2 requests)
            -----Q-ID----- --Size-- -----Q-Time----- ------------Sender/Recipient-----------
            6APAALYC006777*       2 Wed Nov 25 10:10 <forged@elsewhere.test>
            					 <bob@remote.test>
            6APAALVp006819     1204 Wed Nov 25 10:10 <info@mail.example.com>
                 QUARANTINE: AccountGuard
            					 <bob@remote.test>
            		Total requests: 2

            """;
        var mails = SendmailListing.Parse(listing, true, new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal(["6APAALYC006777", "6APAALVp006819"], mails.Select(one => one.Mail.Id));
        Assert.All(
            mails,
            one =>
                Assert.Equal(
                    (new DateTimeOffset(2026, 11, 25, 10, 10, 21, TimeSpan.Zero), "/mnt/mqueue", true),
                    (one.Mail.Arrived, one.Directory, one.Mail.IsOnHold)
                )
        );
        Assert.Equal(("info@mail.example.com", 1204L), (mails[1].Mail.Sender, mails[1].Mail.Size));
        Assert.Empty(SendmailListing.Parse("/mnt/mqueue is empty\n\t\tTotal requests: 0\n", false, DateTimeOffset.UtcNow));
    }
}
