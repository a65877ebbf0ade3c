using System.Net;
using Guard.Actors.Policies.Geography;
using Guard.Host.Configuration;
using Guard.Host.Platform;
using Xunit;

namespace Guard.Host.Tests.Sockets;

public sealed class AllowedPeersSpecs
{
    private const uint Nobody = 65534;

    private static AllowedPeers Within(string network, params string[] users) => new() { Users = [.. users], Networks = [Parse(network)] };

    private static NetworkPrefix Parse(string text) => NetworkPrefix.TryParse(text, out var network) ? network : throw new ArgumentException(text);

    [Fact]
    public void Whom_the_kernel_knows_is_asked_for_by_their_user_alone()
    {
        var allowed = Within("127.0.0.0/8", "root");
        Assert.True(allowed.Allows(new Peer(0, IPAddress.Loopback)));
        Assert.False(allowed.Allows(new Peer(Nobody, IPAddress.Loopback)));
        Assert.True(Within("127.0.0.0/8", "65534").Allows(new Peer(Nobody, IPAddress.Loopback)));
    }

    [Fact]
    public void Whom_it_does_not_know_is_asked_for_by_their_address()
    {
        var allowed = Within("192.0.2.0/24");
        Assert.True(allowed.Allows(new Peer(null, IPAddress.Parse("192.0.2.7"))));
        Assert.True(allowed.Allows(new Peer(null, IPAddress.Parse("::ffff:192.0.2.7"))));
        Assert.False(allowed.Allows(new Peer(null, IPAddress.Parse("198.51.100.7"))));
        Assert.False(new AllowedPeers().Allows(new Peer(null, IPAddress.Loopback)));
        Assert.False(AllowedPeers.Any.Allows(default));
    }

    [Fact]
    public void The_usual_list_has_the_users_of_mail_servers_and_nobody_whose_programs_strangers_write()
    {
        Assert.Contains("postfix", AllowedPeers.UsualUsers);
        Assert.Contains("dovenull", AllowedPeers.UsualUsers);
        Assert.DoesNotContain(AllowedPeers.UsualUsers.Concat(AllowedPeers.UsualLoggers), user => user is "nobody" or "www-data" or "apache" or "nginx" or "*");
    }
}
