using CsCheck;
using Guard.Host.Texts;
using Guard.Messages.Decisions;
using Xunit;

namespace Guard.Host.Tests.Reports;

/// <summary>One sentence of what was seen and what is usual.</summary>
public sealed class IncidentSentenceSpecs
{
    private static readonly Reason[] Burst =
    [
        new(ReasonCodes.MailRate, 14, 2.5, 12, "hour"),
        new(ReasonCodes.NewCountry, 0, 26, 7, "BR"),
        new(ReasonCodes.SendsUnread, 14, 0, 9),
        new(ReasonCodes.UnusualHour, 3, 0, 1.2),
    ];

    [Fact]
    public void What_weighs_most_is_said_with_what_is_usual()
    {
        Assert.Equal(
            "14 mails in an hour, 14 mails sent where the mailbox was never opened and used from Brazil; usual: 2.5 in an hour, the mailbox is opened first and never from there in 26 days of activity.",
            IncidentSentence.Of(Burst)
        );
        Assert.StartsWith("14 Mails in einer Stunde, 14 Mails von dort", IncidentSentence.Of(Burst, "de"), StringComparison.Ordinal);
        Assert.Contains("üblich: 2,5", IncidentSentence.Of(Burst, "de"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_is_no_evidence() =>
        Assert.Empty(
            IncidentSentence.Of([new Reason(ReasonCodes.QuotaExceeded, 501, 500, 0, "500 recipients a day"), new Reason(ReasonCodes.AccountLocked, 1, 0)])
        );

    [Fact]
    public void Whatever_the_evidence_is_it_is_one_sentence()
    {
        var codes = typeof(ReasonCodes).GetFields().Select(field => (string)field.GetRawConstantValue()!).ToArray();
        string[] subjects = ["BR", "hour", "", "smtp", "x y"];
        Gen.Select(
                Gen.Int[0, codes.Length - 1].Select(index => codes[index]),
                Gen.Double[0, 1000],
                Gen.Double[0, 100],
                Gen.Double[0, 40],
                Gen.Int[0, 4].Select(index => subjects[index])
            )
            .Select((code, value, usual, bits, subject) => new Reason(code, value, usual, bits, subject))
            .Array[0, 6]
            .Sample(reasons =>
            {
                foreach (var sentence in (string[])[IncidentSentence.Of(reasons), IncidentSentence.Of(reasons, "de")])
                    Assert.True(sentence.Length == 0 || (sentence[^1] == '.' && !sentence.Contains("; ;", StringComparison.Ordinal) && sentence.Length < 500));
            });
    }
}
