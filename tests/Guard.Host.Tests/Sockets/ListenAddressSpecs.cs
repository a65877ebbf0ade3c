using Guard.Host.Configuration;
using Xunit;

namespace Guard.Host.Tests.Sockets;

public sealed class ListenAddressSpecs
{
    [Theory(DisplayName = "Addresses are read as an admin writes them")]
    [InlineData("127.0.0.1:10031", "127.0.0.1:10031")]
    [InlineData("[::1]:10031", "[::1]:10031")]
    [InlineData("0.0.0.0:0", "0.0.0.0:0")]
    [InlineData("unix:/run/accountguard/policy", "/run/accountguard/policy")]
    public void Read(string text, string expected)
    {
        Assert.True(ListenAddress.TryParse(text, out var endPoint));
        Assert.Equal(expected, endPoint.ToString());
    }

    [Theory(DisplayName = "What is no address is refused")]
    [InlineData("")]
    [InlineData("127.0.0.1")]
    [InlineData(":10031")]
    [InlineData("::1:10031")]
    [InlineData("localhost:10031")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:-1")]
    [InlineData("unix:relative")]
    public void Refused(string text) => Assert.False(ListenAddress.TryParse(text, out _));
}
