using Guard.Actors.Overrides;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Actors.Tests.PolicyLedger;

public sealed class PolicyLedgerStateSpecs
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_change_from_the_version_that_stands_is_taken_and_counted()
    {
        var state = Set(Set(PolicyLedgerState.Empty, "example.com", """{"mode":"enforce"}"""), "", """{"mode":"observe"}""");
        Assert.Equal((2, 1, 1), (state.Revision, state.VersionOf("example.com"), state.VersionOf("")));
        Assert.Equal(["example.com", ""], state.Behind(0).Select(standing => standing.Subject));
        Assert.Equal([""], state.Behind(1).Select(standing => standing.Subject));
    }

    [Fact]
    public void A_change_from_an_older_version_is_refused()
    {
        var state = Set(PolicyLedgerState.Empty, "example.com", """{"mode":"enforce"}""");
        var late = Change(state, "example.com", "{}") with { BasedOn = 0 };
        Assert.Equal((ChangeOutcome.SubjectChanged, null), state.Decide(late));
    }

    [Fact]
    public void A_change_checked_against_an_older_whole_is_sent_back_to_be_checked_again()
    {
        var before = PolicyLedgerState.Empty;
        var state = Set(before, "", """{"mode":"enforce"}""");
        Assert.Equal((ChangeOutcome.CheckedAgainstOld, null), state.Decide(Change(before, "example.com", "{}")));
    }

    [Fact]
    public void Setting_what_is_set_already_changes_nothing()
    {
        var state = Set(PolicyLedgerState.Empty, "example.com", """{"mode":"enforce"}""");
        Assert.Equal((ChangeOutcome.Same, null), state.Decide(Change(state, "example.com", """{"mode":"enforce"}""")));
        Assert.Equal(ChangeOutcome.Same, state.Decide(Change(state, "other.example", "{}")).Outcome);
    }

    [Fact]
    public void What_would_not_fit_into_a_message_between_nodes_is_refused()
    {
        var state = PolicyLedgerState.Empty;
        Assert.Equal(ChangeOutcome.TooLong, state.Decide(Change(state, "", new string(' ', PolicyLedgerCommands.LongestOwn + 1))).Outcome);
    }

    [Fact]
    public void The_history_tells_before_and_after_newest_first_and_is_bounded()
    {
        var state = PolicyLedgerState.Empty;
        for (var i = 1; i <= PolicyLedgerState.MaxPast + 10; i++)
            state = Set(state, "example.com", "{\"brute-force\":{\"failures\":" + i + "}}");
        var past = state.History("example.com").Changes;
        Assert.Equal(PolicyLedgerState.MaxPast, past.Length);
        Assert.Equal((60, """{"brute-force":{"failures":59}}""", """{"brute-force":{"failures":60}}"""), (past[0].Version, past[0].Before, past[0].After));
        Assert.Equal(11, past[^1].Version);
        Assert.Empty(state.History("other.example").Changes);
    }

    [Fact]
    public void A_long_history_is_cut_to_what_one_message_can_hold()
    {
        var state = PolicyLedgerState.Empty;
        for (var i = 0; i < 8; i++)
            state = Set(state, "example.com", $$"""{"x":"{{new string((char)('a' + i), 20_000)}}"}""");
        var past = state.History("example.com").Changes;
        Assert.InRange(past.Length, 1, 4);
        Assert.Equal(8, past[0].Version);
    }

    private static PolicyLedgerCommands.Change Change(PolicyLedgerState state, string subject, string own) =>
        new("id", subject, own, state.VersionOf(subject), state.Revision, At, "anna", "192.0.2.7", "because");

    private static PolicyLedgerState Set(PolicyLedgerState state, string subject, string own)
    {
        var (outcome, changed) = state.Decide(Change(state, subject, own));
        Assert.Equal(ChangeOutcome.Done, outcome);
        return state.Apply(changed!);
    }
}
