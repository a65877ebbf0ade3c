using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Guard.Host.Clustering;
using Guard.Host.Clustering.Wire;
using Guard.Host.Commands;
using Guard.Host.Configuration;
using Guard.Messages.Identity;
using Guard.Messages.Users;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Xunit;

namespace Guard.Host.Tests.Clustering;

/// <summary>
/// A real remoting client, as whoever writes one with Akka would, against a node: with a certificate of the cluster, as a node that was taken over has it, it
/// is heard in the guard's own words alone. With another certificate, or with none, it is not heard at all (<see cref="ClusterTlsSpecs"/>).
/// </summary>
public sealed class AcceptedMessagesSpecs : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-accepted").FullName;
    private readonly ConcurrentQueue<string> _told = new();
    private readonly List<ActorSystem> _systems = [];

    private ActorSystem _node = null!;
    private ActorSystem _client = null!;
    private IActorRef _probe = null!;
    private static volatile bool _deployed;

    /// <summary>Answers with what it was told, so that a test sees what got through.</summary>
    private sealed class Probe : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message);
    }

    private sealed class Deployed : UntypedActor
    {
        public Deployed() => _deployed = true;

        protected override void OnReceive(object message) => Sender.Tell(message);
    }

    private sealed record Polymorphic(string Text);

    private sealed class Sink(ConcurrentQueue<string> told) : ILogEventSink
    {
        public void Emit(LogEvent logEvent) => told.Enqueue(logEvent.RenderMessage(System.Globalization.CultureInfo.InvariantCulture));
    }

    private static ClusterTlsSettings Certificates(string directory, string node)
    {
        Assert.Equal(0, ClusterCertificatesCommand.Run(directory, [node], 30, TextWriter.Null, TextWriter.Null));
        return new ClusterTlsSettings(Path.Combine(directory, $"{node}.crt"), Path.Combine(directory, $"{node}.key"), Path.Combine(directory, "ca.crt"));
    }

    private ActorSystem Start(ClusterTlsSettings tls, params Setup[] more)
    {
        var config = ConfigurationFactory
            .ParseString(
                $$"""
                akka {
                  loglevel = OFF
                  stdout-loglevel = OFF
                  log-serializer-override-on-start = off
                  actor.provider = cluster
                  cluster.sharding.distributed-data.backward-compatible-wire-format = off
                  remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0, enable-ssl = true }
                }
                """
            )
            .WithFallback(ClusterConfiguration.Extensions)
            .WithFallback(ConfigurationFactory.ParseString(Guard.Actors.Serialization.GuardSerializer.Hocon));
        var setup = ActorSystemSetup.Create([BootstrapSetup.Create().WithConfig(config), ClusterTls.Setup(tls), .. more]);
        var system = ActorSystem.Create("AccountGuard", setup);
        _systems.Add(system);
        return system;
    }

    public async ValueTask InitializeAsync()
    {
        var ours = Certificates(Path.Combine(_directory, "ours"), "mail1");
        _node = Start(ours, AcceptedMessages.Setup(new LoggerConfiguration().WriteTo.Sink(new Sink(_told)).CreateLogger()));
        _node.ActorOf(Props.Create(() => new Probe()), "probe");
        _client = Start(ours);
        var address = ((ExtendedActorSystem)_node).Provider.DefaultAddress;
        _probe = ((ExtendedActorSystem)_client).Provider.ResolveActorRef($"{address}/user/probe");
        await HeardAsync();
    }

    private string At(string path) => $"{((ExtendedActorSystem)_node).Provider.DefaultAddress}{path}";

    /// <summary>The guard's own words are heard, and in order: whatever was sent before has been looked at.</summary>
    private async Task HeardAsync()
    {
        var command = new UserCommands.GetStatus(new UserId("info@example.com"));
        Assert.Equal(command, await _probe.Ask<UserCommands.GetStatus>(command, Patience));
    }

    private async Task IsToldAsync(string kind)
    {
        await HeardAsync();
        Assert.Contains(_told, line => line.Contains("was refused", StringComparison.Ordinal) && line.Contains(kind, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_object_that_names_its_class_is_refused_and_told()
    {
        _probe.Tell(new Polymorphic("System.Diagnostics.Process"));
        await IsToldAsync("kind that nodes do not send each other was refused: 1/, 1 so far");
    }

    [Fact]
    public async Task Nor_does_it_come_in_another_message()
    {
        _probe.Tell(new Status.Success(new Polymorphic("nested")));
        _client.ActorSelection(At("/user/inspection")).Tell(new Polymorphic("nested"));
        await IsToldAsync("1/, 2 so far");
    }

    [Fact]
    public async Task An_exception_is_not_made_by_its_name()
    {
        _probe.Tell(new Status.Failure(new InvalidOperationException("made elsewhere")));
        await IsToldAsync("STF");
    }

    [Fact]
    public async Task No_actor_is_deployed_from_elsewhere()
    {
        _client.ActorOf(
            Props.Create(() => new Deployed()).WithDeploy(new Deploy(new RemoteScope(((ExtendedActorSystem)_node).Provider.DefaultAddress))),
            "deployed"
        );
        await IsToldAsync("3/");
        Assert.False(_deployed);
    }

    [Fact]
    public async Task Nobody_ends_an_actor_from_elsewhere()
    {
        _probe.Tell(PoisonPill.Instance);
        _probe.Tell(Kill.Instance);
        await IsToldAsync("16/PP");
        await IsToldAsync("16/K");
        ((IInternalActorRef)_probe).Stop();
        // Such messages are numbered: a client whose message is refused is cut off.
        while (!_told.Any(line => line.Contains("Terminate", StringComparison.Ordinal)))
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.Equal("alive", await _node.ActorSelection("/user/probe").Ask<string>("alive", Patience, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("/system/*")]
    [InlineData("/system/eventStreamUnsubscriber-1")]
    [InlineData("/user/probe")]
    [InlineData("/user/inspection/../probe")]
    public async Task Actors_that_nodes_do_not_look_for_are_not_found_by_their_path(string path)
    {
        _client.ActorSelection(At(path)).Tell(new Identify("who"), _client.DeadLetters);
        await IsToldAsync("6/");
    }

    [Fact]
    public void That_an_actor_is_watched_and_has_ended_is_heard_as_singletons_and_regions_need_it()
    {
        var (node, client) = (((ExtendedActorSystem)_node).Serialization, ((ExtendedActorSystem)_client).Serialization);
        var watcher = (IInternalActorRef)_client.DeadLetters;
        foreach (
            var message in new object[]
            {
                new Akka.Dispatch.SysMsg.Watch(watcher, watcher),
                new Akka.Dispatch.SysMsg.Unwatch(watcher, watcher),
                new Akka.Dispatch.SysMsg.DeathWatchNotification(watcher, true, false),
            }
        )
        {
            // Written by Akka's own serializer, as an older node does, and by the guard's.
            var type = message.GetType();
            Assert.IsType(type, node.Deserialize(client.FindSerializerFor(message).ToBinary(message), 22, $"{type.FullName}, Akka"));
            var own = (Akka.Serialization.SerializerWithStringManifest)node.FindSerializerFor(message);
            Assert.Equal($"{type.FullName}, Akka", own.Manifest(message));
        }
    }

    [Fact]
    public void Only_known_serializers_read_what_comes()
    {
        var table = ((ExtendedActorSystem)_node).Serialization;
        string[] harmless =
        [
            nameof(NarrowedSerializer),
            nameof(SelectedActors),
            nameof(SystemMessages),
            nameof(MiscellaneousMessages),
            nameof(RefusingSerializer),
            "GuardSerializer",
            "PrimitiveSerializers",
            "ReplicatorMessageSerializer",
            "ClusterShardingMessageSerializer",
            "ClusterSingletonMessageSerializer",
        ];
        var found =
            (Dictionary<int, Akka.Serialization.Serializer>)
                typeof(Akka.Serialization.Serialization)
                    .GetField("_serializersById", System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)!
                    .GetValue(table)!;
        Assert.NotEmpty(found);
        // Each takes its manifest as text: by any other Akka itself would load the class that is named.
        Assert.All(found.Values, one => Assert.IsType<Akka.Serialization.SerializerWithStringManifest>(one, exactMatch: false));
        Assert.All(found.Values, one => Assert.Contains(one.GetType().Name, harmless));
    }

    [Fact]
    public void Replicated_data_of_another_class_than_the_homes_of_shards_is_refused()
    {
        var serialization = ((ExtendedActorSystem)_client).Serialization;
        var register = new Akka.DistributedData.LWWRegister<Version>(Akka.Cluster.Cluster.Get(_client).SelfUniqueAddress, new Version(1, 0));
        var bytes = serialization.Serialize(register);
        var refusal = Assert.Throws<RefusedMessageException>(() => ((ExtendedActorSystem)_node).Serialization.Deserialize(bytes, 11, ReplicatedTypes.Register));
        Assert.Contains("System.Version", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<RefusedMessageException>(() =>
            ((ExtendedActorSystem)_node).Serialization.Deserialize(
                serialization.Serialize(new Akka.DistributedData.LWWRegisterKey<Version>("key")),
                11,
                ReplicatedTypes.RegisterKey
            )
        );
        Assert.Throws<RefusedMessageException>(() => ((ExtendedActorSystem)_node).Serialization.Deserialize(bytes, 1, typeof(Version).AssemblyQualifiedName!));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_foreign_certificate_is_not_heard_and_no_more_is_none(bool foreign)
    {
        var theirs = foreign ? Certificates(Path.Combine(_directory, "theirs"), "mail1") : null;
        var stranger = theirs is null ? Plain() : Start(theirs);
        var victim = ((ExtendedActorSystem)stranger).Provider.ResolveActorRef(At("/user/probe"));
        var command = new UserCommands.GetStatus(new UserId("owner@example.com"));
        await Assert.ThrowsAsync<AskTimeoutException>(() =>
            victim.Ask<UserCommands.GetStatus>(command, TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken)
        );
        await HeardAsync();
    }

    private ActorSystem Plain()
    {
        var system = ActorSystem.Create(
            "AccountGuard",
            ConfigurationFactory
                .ParseString(
                    """
                    akka { loglevel = OFF, stdout-loglevel = OFF, actor.provider = remote, remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 } }
                    """
                )
                .WithFallback(ConfigurationFactory.ParseString(Guard.Actors.Serialization.GuardSerializer.Hocon))
        );
        _systems.Add(system);
        return system;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_systems.Select(system => system.Terminate()));
        Directory.Delete(_directory, true);
    }
}
