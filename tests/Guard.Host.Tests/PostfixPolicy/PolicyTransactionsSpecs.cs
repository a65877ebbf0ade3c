using CsCheck;
using Guard.Host.Intake.PostfixPolicy;
using Xunit;

namespace Guard.Host.Tests.PostfixPolicy;

public sealed class PolicyTransactionsSpecs
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);
    private readonly PolicyTransactions _transactions = new(TimeSpan.FromMinutes(5));

    [Fact(DisplayName = "Three identical requests for one recipient count once")]
    public void Identical()
    {
        Expect(Asked.Recipient(), PolicyStepKind.Reserve, 1, 1);
        Expect(Asked.Recipient(), PolicyStepKind.Repeat, 0, 1);
        Expect(Asked.Recipient(), PolicyStepKind.Repeat, 0, 1);
        Expect(Asked.Recipient("eve@remote.test"), PolicyStepKind.Reserve, 1, 2);
        Expect(Asked.Data(2), PolicyStepKind.Repeat, 0, 2);
        Expect(Asked.End(2), PolicyStepKind.Settle, 0, 2);
        Expect(Asked.End(2), PolicyStepKind.Repeat, 0, 2);
    }

    [Fact(DisplayName = "Asked only at the end of the message, all its recipients count there")]
    public void OnlyAtEnd() => Expect(Asked.End(7), PolicyStepKind.Settle, 7, 7);

    [Fact(DisplayName = "A recipient that another restriction refused is given back at the end")]
    public void LessAtEnd()
    {
        Expect(Asked.Recipient("a@x.test"), PolicyStepKind.Reserve, 1, 1);
        Expect(Asked.Recipient("b@x.test"), PolicyStepKind.Reserve, 1, 2);
        Expect(Asked.End(1), PolicyStepKind.Settle, -1, 1);
    }

    [Fact(DisplayName = "Recipients that nobody asked about count at DATA")]
    public void MoreAtData()
    {
        Expect(Asked.Recipient(), PolicyStepKind.Reserve, 1, 1);
        Expect(Asked.Data(3), PolicyStepKind.Reserve, 2, 3);
        Expect(Asked.End(3), PolicyStepKind.Settle, 0, 3);
    }

    [Fact(DisplayName = "A refused recipient is asked about anew; a refused message gives back what it had")]
    public void Refusal()
    {
        Expect(Asked.Recipient("a@x.test"), PolicyStepKind.Reserve, 1, 1);
        var refused = _transactions.Take(Asked.Recipient("b@x.test"), Now);
        Assert.Equal(0, _transactions.Refused(refused));
        Expect(Asked.Recipient("b@x.test"), PolicyStepKind.Reserve, 1, 2);
        Assert.Equal(2, _transactions.Refused(_transactions.Take(Asked.Data(5), Now)));
        Assert.Equal(0, _transactions.Count);
    }

    [Fact(DisplayName = "The bytes of a message count once: what was announced, then what it is more")]
    public void Bytes()
    {
        foreach (
            var (request, more) in new[] { (Asked.Recipient("a@x.test"), 1000L), (Asked.Recipient("b@x.test"), 0L), (Asked.Data(2), 0L), (Asked.End(2), 200L) }
        )
        {
            var step = _transactions.Take(request with { Size = request.Stage == SmtpStage.EndOfMessage ? 1200 : 1000 }, Now);
            Assert.Equal(more, step.Bytes);
            _transactions.Granted(step);
        }
        Assert.Equal(1200, _transactions.BytesOf(_transactions.Take(Asked.End(2), Now)));
    }

    [Fact(DisplayName = "Two messages, and two users of one instance, are apart")]
    public void Apart()
    {
        Expect(Asked.Recipient(), PolicyStepKind.Reserve, 1, 1);
        Expect(Asked.Recipient(instance: "9.9.9.0"), PolicyStepKind.Reserve, 1, 1);
        Expect(Asked.Recipient(user: "eve@example.com"), PolicyStepKind.Reserve, 1, 1);
        Assert.Equal(3, _transactions.Count);
    }

    [Fact(DisplayName = "Without a login, or before the first recipient, nothing counts")]
    public void Nothing()
    {
        Expect(Asked.Recipient(user: ""), PolicyStepKind.Nothing, 0, 0);
        Expect(Asked.Recipient() with { Stage = SmtpStage.Mail }, PolicyStepKind.Nothing, 0, 0);
        Expect(Asked.Recipient() with { Stage = SmtpStage.Etrn }, PolicyStepKind.Nothing, 0, 0);
        Assert.Equal(0, _transactions.Count);
    }

    [Fact(DisplayName = "A message without an end is forgotten; broken off only where ends are asked about")]
    public void Forgotten()
    {
        Expect(Asked.Recipient(instance: "1"), PolicyStepKind.Reserve, 1, 1);
        Assert.Empty(_transactions.Forget(Now.AddMinutes(4)));
        Assert.Equal(new ForgottenMessage(new("info@example.com", "1"), 1, false, default, Now), Assert.Single(_transactions.Forget(Now.AddMinutes(5))));
        Expect(Asked.End(1, "2"), PolicyStepKind.Settle, 1, 1);
        Expect(Asked.Recipient(instance: "3"), PolicyStepKind.Reserve, 1, 1);
        Assert.Equal(new ForgottenMessage(new("info@example.com", "3"), 1, true, default, Now), Assert.Single(_transactions.Forget(Now.AddMinutes(5))));
        Assert.Equal(0, _transactions.Count);
    }

    [Fact(DisplayName = "Who asks about another message on a connection, or closes it, has broken the one before off")]
    public void BrokenOff()
    {
        Expect(Asked.End(1, "0") with { Connection = 5 }, PolicyStepKind.Settle, 1, 1);
        Expect(Asked.Recipient("a", "1") with { Connection = 5 }, PolicyStepKind.Reserve, 1, 1);
        Expect(Asked.Recipient("b", "1") with { Connection = 5 }, PolicyStepKind.Reserve, 1, 2);
        Assert.Empty(_transactions.Forget(Now));
        Expect(Asked.Recipient("a", "2") with { Connection = 5 }, PolicyStepKind.Reserve, 1, 1);
        Assert.Equal(new ForgottenMessage(new("info@example.com", "1"), 2, true, default, Now), Assert.Single(_transactions.Forget(Now)));
        _transactions.Ended(5);
        Assert.Equal("2", Assert.Single(_transactions.Forget(Now)).Key.Instance);
        Assert.Empty(_transactions.Forget(Now));
        Assert.Equal(1, _transactions.Count);
    }

    [Fact(DisplayName = "Where ends are never asked about, a closed connection breaks nothing off")]
    public void NoEnds()
    {
        Expect(Asked.Recipient("a", "1") with { Connection = 5 }, PolicyStepKind.Reserve, 1, 1);
        Expect(Asked.Recipient("a", "2") with { Connection = 5 }, PolicyStepKind.Reserve, 1, 1);
        _transactions.Ended(5);
        Assert.Empty(_transactions.Forget(Now));
    }

    [Fact(DisplayName = "The number of watched messages is bounded; the oldest goes first")]
    public void Bounded()
    {
        var few = new PolicyTransactions(TimeSpan.FromHours(1), maxOpen: 10);
        for (var i = 0; i < 25; i++)
        {
            few.Granted(few.Take(Asked.Recipient(instance: "m" + i), Now));
            few.Forget(Now);
            Assert.InRange(few.Count, 1, 10);
        }
    }

    [Fact(DisplayName = "Whatever is asked in whatever order, what is counted is what was granted and not given back")]
    public void Balance()
    {
        var anything = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, 4], Gen.Bool);
        anything
            .List[0, 40]
            .Sample(
                steps =>
                {
                    var transactions = new PolicyTransactions(TimeSpan.FromMinutes(5), maxRecipients: 3);
                    var charged = new Dictionary<string, int>();
                    var settled = new Dictionary<string, int>();
                    foreach (var (what, message, number, grant) in steps)
                    {
                        var instance = "m" + message;
                        var request = what switch
                        {
                            0 or 1 => Asked.Recipient("r" + number, instance),
                            2 => Asked.Data(number, instance),
                            _ => Asked.End(number, instance),
                        };
                        var step = transactions.Take(request, Now);
                        // A settled message never changes; only a refused one starts anew.
                        if (settled.ContainsKey(instance))
                            Assert.Equal(PolicyStepKind.Repeat, step.Kind);
                        if (grant)
                        {
                            transactions.Granted(step);
                            charged[instance] = charged.GetValueOrDefault(instance) + step.More;
                            if (step.Kind == PolicyStepKind.Settle)
                                settled[instance] = number;
                        }
                        else
                        {
                            charged[instance] = charged.GetValueOrDefault(instance) - transactions.Refused(step);
                        }
                        Assert.InRange(charged[instance], 0, int.MaxValue);
                    }
                    foreach (var (instance, total) in settled)
                        Assert.Equal(total, charged[instance]);
                    foreach (var forgotten in transactions.Forget(Now.AddHours(1)))
                        Assert.Equal(charged[forgotten.Key.Instance], forgotten.Reserved);
                },
                iter: FuzzEffort.Inputs
            );
    }

    private void Expect(PolicyRequest request, PolicyStepKind kind, int more, int total)
    {
        var step = _transactions.Take(request, Now);
        Assert.Equal((kind, more, total), (step.Kind, step.More, step.Total));
        _transactions.Granted(step);
    }
}
