using Guard.Actors.Users;
using Guard.Host.Commands;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Host.Tests.Replay;

public sealed class EvidenceTableTests
{
    private static string Table(UserState state)
    {
        var text = new StringWriter { NewLine = "\n" };
        EvidenceTable.Write(text, UserDescription.Of(state, new SiteId("example.com"), GuardPolicy.Default, Rung.Normal, DateTimeOffset.UnixEpoch));
        return text.ToString();
    }

    [Fact]
    public void The_strongest_evidence_stands_first_with_what_was_seen_and_what_is_usual()
    {
        var state = new UserState(new UserId("info@example.com"))
        {
            Reaction = new(
                Rung.Restricted,
                1,
                4_102_444_800_000,
                22.5,
                [new Reason(ReasonCodes.NewCountry, 0, 31, 7, "RO"), new Reason(ReasonCodes.MailRate, 40, 1.5, 15.5, "hour")]
            ),
        };
        var lines = Table(state).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("40 mails in an hour and used from Romania; usual: 1.5 in an hour and never from there in 31 days of activity.", lines[0]);
        Assert.Contains("15.5         40        1.5  40 mails in this hour; usual are 1.5", lines[3]);
        Assert.Contains("7.0          0         31  used from Romania", lines[4]);
        Assert.Contains("22.5", lines[5]);
        Assert.Contains("7.5                        more and it is suspended (from 30.0 bits)", lines[6]);
    }

    [Fact]
    public void At_the_highest_rung_there_is_no_next()
    {
        var state = new UserState(new UserId("info@example.com")) { Reaction = new(Rung.Blocked, 1, 4_102_444_800_000, 50, []) };
        Assert.DoesNotContain("more and it is", Table(state));
    }
}
