using Guard.Host.Intake.Inline;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Host.Tests.Inline;

/// <summary>What the owner of a refused mail reads.</summary>
public sealed class RefusalTextSpecs
{
    private static readonly DateTimeOffset Until = new(2026, 11, 27, 9, 13, 1, TimeSpan.Zero);

    private static Decision Of(Verdict verdict, Rung rung, DateTimeOffset? until, params Reason[] reasons) =>
        new(new UserId("anna@example.com"), "1", verdict, verdict, rung, until, 0, [.. reasons]);

    [Fact]
    public void A_deferral_says_until_when()
    {
        var quota = new Reason(ReasonCodes.QuotaExceeded, 6, 5, 0, "5 recipients per 1d");
        Assert.Equal(
            "6 would exceed the quota of 5 recipients per 1d; try again after 2026-11-27 09:14 UTC",
            InlineJudge.Words(Of(Verdict.Defer, Rung.Normal, null, quota) with { Retry = Until })
        );
        Assert.Equal(
            "6 would exceed the quota of 5 recipients per 1d; restricted until 2026-11-27 09:14 UTC",
            InlineJudge.Words(Of(Verdict.Defer, Rung.Restricted, Until, quota))
        );
    }

    [Fact]
    public void A_lock_says_why_and_until_when_and_not_that_it_is_one() =>
        Assert.Equal(
            "locked until 2026-11-27 09:14 UTC: confirmed as an attack by an admin",
            InlineJudge.Words(
                Of(
                    Verdict.Reject,
                    Rung.Suspended,
                    Until,
                    new Reason(ReasonCodes.Confirmed, 1, 0),
                    new Reason(ReasonCodes.AccountLocked, 1, 0),
                    new Reason(ReasonCodes.QuotaExceeded, 6, 5, 0, "5 recipients per 1d")
                )
            )
        );
}
