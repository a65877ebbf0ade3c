using System.Text;
using Guard.Host.Geo;
using Guard.Host.Intake.Http;
using Guard.Messages.Identity;
using Guard.Messages.Places;
using Xunit;

namespace Guard.Host.Tests.Http;

/// <summary>Of whom lists in the DNS are asked when observations come by HTTP: strangers who only try could fill every list's queue.</summary>
public sealed class StrangersPlacesSpecs
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(
        """{ "type": "login", "user": "a@b.test", "address": "203.0.113.7", "service": "imap", "outcome": "wrong_password", "at": "2026-03-01T08:00:00Z" }""",
        false
    )]
    [InlineData(
        """{ "type": "login", "user": "a@b.test", "address": "203.0.113.7", "service": "imap", "outcome": "unknown_user", "at": "2026-03-01T08:00:00Z" }""",
        false
    )]
    [InlineData(
        """{ "type": "login", "user": "a@b.test", "address": "203.0.113.7", "service": "imap", "outcome": "succeeded", "at": "2026-03-01T08:00:00Z" }""",
        true
    )]
    [InlineData("""{ "type": "submission", "user": "a@b.test", "address": "203.0.113.7", "recipients": 2, "at": "2026-03-01T08:00:00Z" }""", true)]
    public void Lists_are_asked_of_who_was_let_in_only(string line, bool asked)
    {
        var places = new AskedPlaces();
        ObservationJson.Interpret(ObservationJson.ReadLine(Encoding.UTF8.GetBytes(line)), new ObservationContext(name => new UserId(name), places, Now));
        Assert.Equal((NetworkAddress.Parse("203.0.113.7"), asked), Assert.Single(places.Asked));
    }

    private sealed class AskedPlaces : IPlaceLookup
    {
        public List<(NetworkAddress Address, bool IsUsed)> Asked { get; } = [];

        public Place Find(NetworkAddress address) => Find(address, isUsed: false);

        public Place Find(NetworkAddress address, bool isUsed)
        {
            Asked.Add((address, isUsed));
            return new Place(address, AddressKind.Public, "");
        }
    }
}
