using System.Net;
using Guard.Host.Configuration;
using Xunit;

namespace Guard.Host.Tests.Configuration;

public sealed class ConsoleAddressSpecs
{
    [Theory]
    [InlineData("127.0.0.1", "http://127.0.0.1:8080")]
    [InlineData("2001:db8::7", "http://[2001:db8::7]:8080")]
    [InlineData("0.0.0.0", "http://localhost:8080")]
    [InlineData("::", "http://localhost:8080")]
    public void Links_lead_to_where_the_console_can_be_had(string listens, string address) =>
        Assert.Equal(address, new ConsoleSettings(new IPEndPoint(IPAddress.Parse(listens), 0), true).AddressAt(8080));

    [Fact]
    public void Links_lead_by_TLS_where_the_console_has_a_certificate() =>
        Assert.Equal("https://localhost:8443", new ConsoleSettings(new IPEndPoint(IPAddress.Any, 8443), true) { Tls = new("c.pem", "k.pem") }.AddressAt(8443));

    [Fact]
    public void Links_lead_to_the_address_that_people_know() =>
        Assert.Equal(
            "https://guard.example.com/mail",
            new ConsoleSettings(new IPEndPoint(IPAddress.Any, 8080), true) { PublicAddress = new Uri("https://guard.example.com/mail/") }.AddressAt(8080)
        );
}
