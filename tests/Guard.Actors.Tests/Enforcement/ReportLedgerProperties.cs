using CsCheck;
using Guard.Actors.Enforcement.Reporting;
using Guard.Actors.Serialization;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Actors.Tests.Enforcement;

public sealed class ReportLedgerProperties
{
    private static readonly ReportRules Rules = ReportRules.None with
    {
        Mail = true,
        Admins = ["admin@example.net", "second@example.net"],
        Webhooks = ["siem"],
        PerHour = 4,
    };

    /// <summary>Which user reaches which rung, and minutes until the next step.</summary>
    private static readonly Gen<(int User, int From, int To, int Minutes)[]> Stories = Gen.Select(
        Gen.Int[0, 5],
        Gen.Int[0, 4],
        Gen.Int[0, 4],
        Gen.Int[0, 50]
    ).Array[1, 60];

    [Fact]
    public void Every_report_reaches_everybody_exactly_once_within_the_limit_and_a_restored_ledger_goes_on_alike() =>
        Stories.Sample(story =>
        {
            var (ledger, now) = (ReportLedger.Empty, Account.Start);
            var told = new List<(string Recipient, UserId User, long Effect)>();
            var mails = new List<(string Recipient, DateTimeOffset At)>();
            var ids = new HashSet<string>();
            var contract = GuardManifests.All.Single(one => one.Type == typeof(ReportSnapshot));
            for (var step = 0; step < story.Length; step++)
            {
                var (number, from, to, minutes) = story[step];
                var effect = new Effect(
                    new UserId($"{number}@example.com"),
                    step + 1,
                    EffectKind.Report,
                    now,
                    null,
                    GuardMode.Observe,
                    (Rung)from,
                    (Rung)to,
                    12,
                    default,
                    "",
                    []
                );
                Assert.False(ledger.Knows(effect));
                ledger = ledger.Apply(
                    new ReportTaken(now, effect, ledger.IncidentOf(effect, now, Rules.Quiet), ReportTargets.Of(effect, GuardPolicy.Default, Rules))
                );
                Assert.True(ledger.Knows(effect));
                Send();
                if (step % 3 == 0)
                    ledger = ReportLedger.Of(
                        (ReportSnapshot)contract.Read(Google.Protobuf.MessageExtensions.ToByteArray(contract.Write(ledger.ToSnapshot(now))))
                    );
                now = now.AddMinutes(minutes);
            }
            for (var hour = 0; hour < 60 && !ledger.Waiting.IsEmpty; hour++)
            {
                now = now.AddHours(1);
                Send();
            }
            Assert.Empty(ledger.Waiting);
            Assert.Empty(ledger.Open);
            Assert.Equal(story.Length * 3, told.Count);
            Assert.Equal(told.Count, told.Distinct().Count());
            foreach (var recipient in mails.GroupBy(mail => mail.Recipient))
                Assert.True(recipient.All(mail => recipient.Count(other => other.At >= mail.At && other.At < mail.At.AddHours(1)) <= 2 * Rules.PerHour));

            void Send()
            {
                foreach (var planned in ReportPlanner.Due(ledger, now, Rules))
                {
                    ledger = ledger.Apply(planned);
                    var dispatch = ledger.Open[planned.Id];
                    Assert.True(ids.Add(dispatch.Id));
                    told.AddRange(dispatch.Items.Select(item => (dispatch.Target.Recipient, item.Effect.User, item.Effect.Id)));
                    if (dispatch.Target.Channel == ReportChannel.Mail)
                        mails.Add((dispatch.Target.Recipient, now));
                    ledger = ledger.Apply(new DispatchDone(now, planned.Id));
                }
            }
        });
}
