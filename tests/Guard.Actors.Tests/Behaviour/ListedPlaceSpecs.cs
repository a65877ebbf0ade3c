using Guard.Messages.Decisions;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Actors.Tests.Behaviour;

/// <summary>What lists of networks with a bad name say, and against whom.</summary>
public sealed class ListedPlaceSpecs
{
    private static readonly DateTimeOffset Later = Account.Start.AddDays(40).AddHours(10);

    private static Account Login(string country, float bits) =>
        new Account().KnownFor(40) is var account
            ? account.Take(
                new Login(
                    account.State.User,
                    Later,
                    Account.In(country) with
                    {
                        Listed = bits > 0 ? "tor" : "",
                        ListedBits = bits,
                    },
                    ObservationOrigin.None,
                    Service.Imap,
                    LoginOutcome.Succeeded
                )
            )
            : throw new InvalidOperationException();

    [Fact]
    public void A_listed_address_of_a_new_country_is_reported_and_the_list_named()
    {
        Assert.Equal(Rung.Normal, Login("BR", 0).Rung);
        var listed = Login("BR", 4);
        Assert.Equal(Rung.Reported, listed.Rung);
        Assert.Contains(listed.Last.Reasons, reason => reason is { Code: ReasonCodes.Listed, Subject: "tor", Bits: 4 });
    }

    [Fact]
    public void The_owners_own_line_may_stand_on_any_list() => Assert.DoesNotContain(Login("GB", 9).Last.Reasons, reason => reason.Code == ReasonCodes.Listed);

    [Fact]
    public void Lists_alone_never_restrict() => Assert.True(Login("BR", 99).Rung < Rung.Restricted);
}
