using Guard.Host.Node.Health;
using Guard.Messages.Decisions;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Host.Tests.Node.Health;

/// <summary>A blocked address that connects all the same is an alarm.</summary>
public sealed class BlockAlarmSpecs
{
    private const string Thief = "203.0.113.9";
    private static readonly DateTimeOffset At = new(2026, 3, 5, 10, 0, 0, TimeSpan.Zero);
    private static readonly Reason Off = new(ReasonCodes.FirewallOff, 0, 0);

    private readonly List<UserCommands.NoteUnheldBlock> _told = [];
    private readonly BlockAlarms _alarms;

    public BlockAlarmSpecs() => _alarms = new BlockAlarms(() => Off, _told.Add);

    private static StandingBlockEntry Block(string network, int length, string by = "info@example.com", params string[] also) =>
        new(new BlockedNetwork(NetworkAddress.Parse(network), length), At.AddDays(1), "", by) { Also = [.. also] };

    private void Stands(params StandingBlockEntry[] blocks) => _alarms.Take(new FirewallSnapshot([.. blocks], []), At);

    private void Login(double minutes, string from = Thief, LoginOutcome outcome = LoginOutcome.Succeeded, double late = 0)
    {
        var place = Place.None with { Address = NetworkAddress.Parse(from) };
        var at = At.AddMinutes(minutes);
        _alarms.See(new Login(new UserId("anna@example.com"), at, place, new ObservationOrigin("log", 1), Service.Imap, outcome), at.AddMinutes(late));
    }

    private Finding Finding => Assert.Single(_alarms.Look());

    [Fact]
    public void Whoever_wanted_the_block_is_told_with_what_is_missing_and_health_says_it()
    {
        Stands(Block(Thief, 32, "info@example.com", "addresses", "bob@example.com"));
        Login(2);
        Assert.Equal(["info@example.com", "bob@example.com"], _told.Select(note => note.User.Value));
        Assert.Equal([ReasonCodes.BlockNotHeld, ReasonCodes.FirewallOff], _told[0].Reasons.Select(reason => reason.Code));
        Assert.Equal((2, $"{Thief}, a login to imap"), (_told[0].Reasons[0].Value, _told[0].Reasons[0].Subject));
        Assert.Equal(FindingLevel.Fault, Finding.Level);
        Assert.Contains($"1 blocked addresses connect, last {Thief}: a login to imap", Finding.Text, StringComparison.Ordinal);
        Assert.Contains("enforcement.firewall.backend is off", Finding.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("203.0.113.0", 24, "203.0.113.77", true)]
    [InlineData("203.0.113.0", 24, "203.0.114.77", false)]
    [InlineData("2001:db8:1:2::", 64, "2001:db8:1:2:aaaa::1", true)]
    [InlineData("2001:db8:1:2::", 64, "2001:db8:1:3::1", false)]
    public void A_network_is_all_its_addresses_and_no_other(string network, int length, string from, bool expected)
    {
        Stands(Block(network, length), Block("198.51.100.7", 32));
        Login(5, from);
        Assert.Equal(expected, _told.Count == 1);
    }

    [Fact]
    public void What_was_under_way_is_read_late_or_was_cut_off_is_none()
    {
        Stands(Block(Thief, 32));
        Login(0.5);
        Login(5, late: 10);
        // Told at the end of a connection that the block cut off.
        Login(5, outcome: LoginOutcome.WrongPassword);
        Assert.Empty(_told);
        Assert.Equal(FindingLevel.Ok, Finding.Level);
        Login(11, outcome: LoginOutcome.WrongPassword);
        Assert.Single(_told);
    }

    [Fact]
    public void It_is_said_again_only_after_a_while_and_is_well_when_the_block_is_lifted()
    {
        Stands(Block(Thief, 32));
        for (var minute = 2; minute <= 30; minute++)
            Login(minute);
        Assert.Equal([2, 12, 22], _told.Select(note => (note.At - At).TotalMinutes));
        Stands();
        Assert.Equal(FindingLevel.Ok, Finding.Level);
        Login(40);
        Assert.Equal(3, _told.Count);
    }
}
