using Guard.Host.Intake.PostfixPolicy;
using Xunit;

namespace Guard.Host.Tests.PostfixPolicy;

/// <summary>Servers that speak Postfix's protocol without being Postfix, such as Exim's readsocket.</summary>
public sealed class PolicyWithoutInstanceSpecs
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);
    private readonly PolicyTransactions _transactions = new(TimeSpan.FromMinutes(5));

    private static PolicyRequest At(SmtpStage stage, string queueId = "", string recipient = "", int count = 0) =>
        new()
        {
            Stage = stage,
            QueueId = queueId,
            Recipient = recipient,
            RecipientCount = count,
            SaslUsername = "info@example.com",
        };

    private (PolicyStepKind Kind, int More) Ask(PolicyRequest request)
    {
        var step = _transactions.Take(request, Now);
        _transactions.Granted(step);
        return (step.Kind, step.More);
    }

    [Fact]
    public void The_queue_id_tells_one_message_from_the_next()
    {
        Assert.Equal((PolicyStepKind.Reserve, 1), Ask(At(SmtpStage.Recipient, "1vBcDA-000001-0G", "a@x.test")));
        Assert.Equal((PolicyStepKind.Repeat, 0), Ask(At(SmtpStage.Recipient, "1vBcDA-000001-0G", "a@x.test")));
        Assert.Equal((PolicyStepKind.Reserve, 2), Ask(At(SmtpStage.Data, "1vBcDA-000001-0G", count: 3)));
        Assert.Equal((PolicyStepKind.Reserve, 1), Ask(At(SmtpStage.Recipient, "1vBcDB-000002-0G", "a@x.test")));
    }

    [Fact]
    public void Without_either_each_recipient_counts_and_not_once_more_at_the_end()
    {
        Assert.Equal((PolicyStepKind.Reserve, 1), Ask(At(SmtpStage.Recipient, recipient: "a@x.test")));
        Assert.Equal((PolicyStepKind.Reserve, 1), Ask(At(SmtpStage.Recipient, recipient: "a@x.test")));
        Assert.Equal((PolicyStepKind.Nothing, 0), Ask(At(SmtpStage.Data, count: 2)));
    }

    [Fact]
    public void Asked_only_at_the_end_its_recipients_count_there() => Assert.Equal((PolicyStepKind.Reserve, 7), Ask(At(SmtpStage.Data, count: 7)));
}
