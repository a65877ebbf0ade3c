using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Guard.Host.Clustering;
using Guard.Host.Commands;
using Guard.Host.Configuration;
using Xunit;

namespace Guard.Host.Tests.Clustering;

/// <summary>Nodes show each other certificates of the cluster's own authority; whoever has none gets in nowhere.</summary>
public sealed class ClusterTlsSpecs : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Refused = TimeSpan.FromSeconds(4);

    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-tls").FullName;
    private readonly List<ActorSystem> _systems = [];

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message);
    }

    /// <summary>Certificates of an authority in a directory of its own.</summary>
    private ClusterTlsSettings Certificates(string authority, string node)
    {
        var directory = Path.Combine(_directory, authority);
        Assert.Equal(0, ClusterCertificatesCommand.Run(directory, [node], 30, TextWriter.Null, TextWriter.Null));
        return new ClusterTlsSettings(Path.Combine(directory, $"{node}.crt"), Path.Combine(directory, $"{node}.key"), Path.Combine(directory, "ca.crt"));
    }

    private ActorSystem Start(ClusterTlsSettings? tls)
    {
        var config = ConfigurationFactory.ParseString(
            $$"""
            akka {
              loglevel = WARNING
              stdout-loglevel = OFF
              actor.provider = remote
              remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0, enable-ssl = {{(tls is null ? "false" : "true")}} }
            }
            """
        );
        var setup = ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config));
        var system = ActorSystem.Create("AccountGuard", tls is null ? setup : setup.And(ClusterTls.Setup(tls)));
        system.ActorOf(Props.Create(() => new Echo()), "echo");
        _systems.Add(system);
        return system;
    }

    private static async Task<bool> ReachesAsync(ActorSystem from, ActorSystem to, TimeSpan patience)
    {
        var address = ((ExtendedActorSystem)to).Provider.DefaultAddress;
        var own = ((ExtendedActorSystem)from).Provider.DefaultAddress;
        try
        {
            // The address of a node that speaks otherwise is not known by its scheme; what counts is host and port.
            return await from.ActorSelection($"{own.Protocol}://{to.Name}@{address.Host}:{address.Port}/user/echo").Ask<string>("hello", patience) == "hello";
        }
        catch (AskTimeoutException)
        {
            return false;
        }
    }

    [Fact]
    public async Task Nodes_of_one_authority_reach_each_other()
    {
        var one = Start(Certificates("ours", "mail1"));
        var two = Start(Certificates("ours", "mail2"));
        Assert.True(await ReachesAsync(one, two, Patience));
        Assert.True(await ReachesAsync(two, one, Patience));
    }

    public enum Intruder
    {
        PlainTcp,
        OfAnotherAuthority,
        SignedByItself,
    }

    [Theory]
    [InlineData(Intruder.PlainTcp)]
    [InlineData(Intruder.OfAnotherAuthority)]
    [InlineData(Intruder.SignedByItself)]
    public async Task A_node_without_a_certificate_of_the_authority_gets_in_nowhere(Intruder kind)
    {
        var node = Start(Certificates("ours", "mail1"));
        var intruder = Start(
            kind switch
            {
                Intruder.PlainTcp => null,
                Intruder.OfAnotherAuthority => Certificates("theirs", "mail2"),
                _ => SignedByItself(),
            }
        );
        Assert.False(await ReachesAsync(intruder, node, Refused));
        // It is not the node that is deaf.
        Assert.True(await ReachesAsync(Start(Certificates("ours", "mail3")), node, Patience));
    }

    [Fact]
    public async Task Who_shows_no_certificate_at_all_is_hung_up_on()
    {
        var node = Start(Certificates("ours", "mail1"));
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync("127.0.0.1", ((ExtendedActorSystem)node).Provider.DefaultAddress.Port!.Value, TestContext.Current.CancellationToken);
        await using var tls = new System.Net.Security.SslStream(client.GetStream(), false, (_, _, _, _) => true);
        using var patience = new CancellationTokenSource(Patience);
        // With TLS 1.3 the client's handshake may be over before the server has judged: then the end comes with the first read.
        var read = -1;
        try
        {
            await tls.AuthenticateAsClientAsync(new System.Net.Security.SslClientAuthenticationOptions { TargetHost = "mail1" }, patience.Token);
            read = await tls.ReadAsync(new byte[1], patience.Token);
        }
        catch (Exception refused) when (refused is IOException or System.Security.Authentication.AuthenticationException)
        {
            read = 0;
        }
        Assert.Equal(0, read);
    }

    /// <summary>An authority's own certificate as a node's, brought as its own authority.</summary>
    private ClusterTlsSettings SignedByItself()
    {
        Certificates("self", "unused");
        var directory = Path.Combine(_directory, "self");
        return new ClusterTlsSettings(Path.Combine(directory, "ca.crt"), Path.Combine(directory, "ca.key"), Path.Combine(directory, "ca.crt"));
    }

    [Fact]
    public void A_certificate_that_is_not_of_the_authority_is_found_at_the_start()
    {
        var ours = Certificates("ours", "mail1");
        var theirs = Certificates("theirs", "mail1");
        var failure = Assert.Throws<IOException>(() => ClusterTls.Setup(ours with { Authority = theirs.Authority }));
        Assert.Contains("is not a certificate of", failure.Message, StringComparison.Ordinal);
        Assert.Throws<IOException>(() => ClusterTls.Setup(ours with { Key = theirs.Key }));
    }

    [Fact]
    public void Keys_are_readable_by_nobody_else_and_an_authority_is_used_on()
    {
        var first = Certificates("ours", "mail1");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(first.Key));
        var authority = File.ReadAllText(first.Authority);
        Certificates("ours", "mail2");
        Assert.Equal(authority, File.ReadAllText(first.Authority));
        Assert.Equal(2, ClusterCertificatesCommand.Run(_directory, ["../mail"], 30, TextWriter.Null, TextWriter.Null));
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_systems.Select(system => system.Terminate()));
        Directory.Delete(_directory, true);
    }
}
