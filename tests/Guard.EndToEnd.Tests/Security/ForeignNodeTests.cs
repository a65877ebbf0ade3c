using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Guard.EndToEnd.Tests.Databases;
using Guard.Host.Clustering;
using Guard.Host.Commands;
using Guard.Host.Configuration;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Places;
using Guard.Messages.Users;
using Xunit;

namespace Guard.EndToEnd.Tests.Security;

/// <summary>The built program as a node with others, and real remoting clients: without a certificate, with another authority's, and with one of the cluster's
/// own, as a node that was taken over has it.</summary>
public sealed class ForeignNodeTests : IAsyncLifetime
{
    private const string Victim = "owner@example.com";

    private readonly GuardProgram _guard = new();
    private readonly int _port = FreePort.Next();
    private readonly List<ActorSystem> _clients = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Root => $"akka.ssl.tcp://AccountGuard@127.0.0.1:{_port}";

    private ClusterTlsSettings Certificates(string authority)
    {
        var directory = _guard[authority];
        Assert.Equal(0, ClusterCertificatesCommand.Run(directory, ["mail1"], 30, TextWriter.Null, TextWriter.Null));
        return new ClusterTlsSettings(Path.Combine(directory, "mail1.crt"), Path.Combine(directory, "mail1.key"), Path.Combine(directory, "ca.crt"));
    }

    public async ValueTask InitializeAsync()
    {
        var tls = Certificates("ours");
        await File.WriteAllTextAsync(
            _guard["guard.conf"],
            $$"""
            accountguard {
              mode = observe
              data-directory = "{{_guard["data"]}}"
              console.listen = off
              geo.fetch-default = off
              intake { postfix-policy.listen = off, auth-policy.listen = off, milter.listen = off }
              persistence { engine = postgres, postgres-connection = "{{PostgresServer.Shared.NewDatabase()}}" }
              cluster {
                listen = "127.0.0.1:{{_port}}", node = one, seeds = ["127.0.0.1:{{_port}}", "127.0.0.1:{{FreePort.Next()}}"]
                tls { certificate = "{{tls.Certificate}}", key = "{{tls.Key}}", ca = "{{tls.Authority}}" }
              }
            }
            """,
            Cancellation
        );
        _guard.Start();
        await GuardProgram.UntilAsync(() => _guard.Heard.Contains("AccountGuard runs", StringComparison.Ordinal), () => _guard.Heard);
    }

    private sealed class Planted(string file) : UntypedActor
    {
        protected override void PreStart() => File.WriteAllText(file, "written by an actor from elsewhere");

        protected override void OnReceive(object message) { }
    }

    /// <summary>A client with the guard's own messages, and nothing of what its nodes keep to.</summary>
    private ActorSystem Client(ClusterTlsSettings? tls)
    {
        var config = ConfigurationFactory
            .ParseString(
                $$"""
                akka { loglevel = OFF, stdout-loglevel = OFF, actor.provider = remote, remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0, enable-ssl = {{(
                    tls is null ? "off" : "on"
                )}} } }
                """
            )
            .WithFallback(ConfigurationFactory.ParseString(Guard.Actors.Serialization.GuardSerializer.Hocon));
        var setup = ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config));
        var client = ActorSystem.Create("AccountGuard", tls is null ? setup : setup.And(ClusterTls.Setup(tls)));
        _clients.Add(client);
        return client;
    }

    private static void Attack(ActorSystem client, string root, string planted)
    {
        client.ActorSelection($"{root}/system/sharding/user").Tell(new UserCommands.Lock(new UserId(Victim), DateTimeOffset.UtcNow, null));
        client
            .ActorSelection($"{root}/user/firewall-supervisor")
            .Tell(new BlockCommands.Exempt(new BlockedNetwork(NetworkAddress.Parse("0.0.0.0"), 0), null, new Author("nobody", "x")));
        Harm(client, root, planted);
    }

    private static void Harm(ActorSystem client, string root, string planted)
    {
        client.ActorSelection($"{root}/user/*").Tell(PoisonPill.Instance);
        client.ActorSelection($"{root}/system/log1-SerilogLogger").Tell(new Identify("who"));
        client.ActorSelection($"{root}/user/inspection").Tell(new Version(1, 0));
        ((ExtendedActorSystem)client).Provider.ResolveActorRef($"{root}/user/inspection").Tell(Kill.Instance);
        client.ActorOf(Props.Create(() => new Planted(planted)).WithDeploy(new Deploy(new RemoteScope(Address.Parse(root)))), "planted");
    }

    private string Inspect(params string[] words) => _guard.Guard(["inspect", .. words, "--json", "--config", _guard["guard.conf"]]).Out;

    private void NothingHappened(string planted)
    {
        Assert.False(File.Exists(planted));
        Assert.DoesNotContain("0.0.0.0/0", Inspect("exempt", "list"), StringComparison.Ordinal);
        Assert.DoesNotContain("\"locked\":\"yes\"", Inspect("user", "show", Victim), StringComparison.Ordinal);
        Assert.Contains("\"status\":\"up\"", Inspect("cluster"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_certificate_of_the_cluster_nobody_is_heard_and_it_is_told_briefly_however_often_they_come()
    {
        var (none, foreign) = (Client(null), Client(Certificates("theirs")));
        var planted = _guard["planted"];
        Attack(none, Root.Replace("ssl.", "", StringComparison.Ordinal), planted);
        Attack(foreign, Root, planted);
        // Plain noise besides.
        for (var i = 0; i < 100; i++)
        {
            using var noise = new TcpClient();
            await noise.ConnectAsync(IPAddress.Loopback, _port, Cancellation);
            await noise.GetStream().WriteAsync("GET / HTTP/1.0\r\n\r\n"u8.ToArray(), Cancellation);
        }
        await GuardProgram.UntilAsync(() => _guard.Heard.Contains("certificate that does not count here", StringComparison.Ordinal), () => _guard.Heard);
        NothingHappened(planted);
        Assert.InRange(_guard.Heard.Split('\n').Length, 1, 60);
    }

    [Fact]
    public async Task With_one_the_guards_own_words_are_heard_and_nothing_else()
    {
        var client = Client(Certificates("ours"));
        var planted = _guard["planted"];
        Harm(client, Root, planted);
        foreach (var kind in new[] { "16/PP", "6/system/log1-SerilogLogger", " 1/", "16/K" })
            await GuardProgram.UntilAsync(
                () =>
                    _guard
                        .Heard.Split('\n')
                        .Any(line =>
                            line.Contains("do not send each other was refused", StringComparison.Ordinal) && line.Contains(kind, StringComparison.Ordinal)
                        ),
                () => $"{kind}: {_guard.Heard}"
            );
        await GuardProgram.UntilAsync(() => _guard.Heard.Contains("was refused: 3/", StringComparison.Ordinal), () => _guard.Heard);
        NothingHappened(planted);
        // What was told where it was refused is not told again by remoting.
        Assert.DoesNotContain("Deserialization failed", _guard.Heard, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_clients.Select(client => client.Terminate()));
        _guard.Dispose();
    }
}
