using System.Net;
using Guard.Host.Geo;
using Guard.Host.Intake.Logs;
using Guard.Host.Intake.Syslog;
using Guard.Host.Tests.DovecotAuthPolicy;
using Xunit;

namespace Guard.Host.Tests.Syslog;

public sealed class SyslogSendersSpecs
{
    private readonly ManualClock _clock = new();

    private SyslogSenders Senders(int maxKnown = 4096, int maxNew = 512) =>
        new(
            address => new LogParser(new LogParserSettings($"{address}", DateTimeOffset.UtcNow), new UserNameRules(), new PlaceLookup([], null)),
            _clock,
            maxKnown,
            maxNew
        );

    private static IPAddress MadeUp(int number) => new([10, (byte)(number >> 16), (byte)(number >> 8), (byte)number]);

    [Fact]
    public void A_hundred_thousand_made_up_addresses_push_out_no_machine_that_speaks_all_the_time()
    {
        var senders = Senders();
        var real = IPAddress.Parse("192.0.2.7");
        var parser = senders.Of(real, isProven: false);
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Same(parser, senders.Of(real, isProven: false));
        for (var i = 0; i < 100_000; i++)
            senders.Of(MadeUp(i), isProven: false);
        Assert.Same(parser, senders.Of(real, isProven: false));
        Assert.InRange(senders.Count, 2, 513);
        // And a new machine is heard at once.
        Assert.NotNull(senders.Of(IPAddress.Parse("192.0.2.8"), isProven: false));
    }

    [Fact]
    public void A_connection_cannot_be_made_up_and_gives_its_machine_a_lasting_place()
    {
        var senders = Senders(maxNew: 4);
        var parser = senders.Of(IPAddress.Parse("192.0.2.7"), isProven: true);
        for (var i = 0; i < 100; i++)
            senders.Of(MadeUp(i), isProven: false);
        Assert.Same(parser, senders.Of(IPAddress.Parse("192.0.2.7"), isProven: false));
    }

    [Fact]
    public void The_known_are_bounded_too_and_who_has_been_silent_longest_goes()
    {
        var senders = Senders(maxKnown: 3);
        var first = senders.Of(MadeUp(1), isProven: true);
        for (var i = 2; i < 5; i++)
            senders.Of(MadeUp(i), isProven: true);
        Assert.Equal(3, senders.Count);
        Assert.NotSame(first, senders.Of(MadeUp(1), isProven: true));
    }
}
