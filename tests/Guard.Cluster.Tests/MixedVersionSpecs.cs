using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;
using Google.Protobuf;
using Guard.Actors.Serialization;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Inspection;
using Guard.Messages.Users;
using Guard.Messages.Waking;
using Xunit;

namespace Guard.Cluster.Tests;

/// <summary>Two nodes of different versions, as they meet while a cluster is upgraded node by node.</summary>
public sealed class MixedVersionSpecs : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private ActorSystem _newer = null!;
    private ActorSystem _older = null!;

    /// <summary>The serializer of a release that knew nothing of wakers and replication: to it their manifests are unknown.</summary>
    private sealed class OlderSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
    {
        private readonly GuardSerializer _inner = new(system);

        public override int Identifier => _inner.Identifier;

        public override string Manifest(object o) => _inner.Manifest(o);

        public override byte[] ToBinary(object obj) => _inner.ToBinary(obj);

        public override object FromBinary(byte[] bytes, string manifest) =>
            manifest.StartsWith("w.", StringComparison.Ordinal) || manifest.StartsWith("r.", StringComparison.Ordinal)
                ? throw new SerializationException($"unknown manifest '{manifest}': written by a newer version?")
                : _inner.FromBinary(bytes, manifest);
    }

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message);
    }

    private static ActorSystem Start(string serializer)
    {
        var config = ConfigurationFactory
            .ParseString(
                $$"""
                akka {
                  loglevel = ERROR
                  stdout-loglevel = OFF
                  actor.provider = remote
                  actor.serializers.accountguard = "{{serializer}}"
                  remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
                }
                """
            )
            .WithFallback(ConfigurationFactory.ParseString(GuardSerializer.Hocon));
        var system = ActorSystem.Create("AccountGuard", config);
        system.ActorOf(Props.Create(() => new Echo()), "echo");
        return system;
    }

    public ValueTask InitializeAsync()
    {
        _newer = Start("Guard.Actors.Serialization.GuardSerializer, Guard.Actors");
        _older = Start(typeof(OlderSerializer).AssemblyQualifiedName!);
        return ValueTask.CompletedTask;
    }

    private static ActorSelection EchoOf(ActorSystem from, ActorSystem of) =>
        from.ActorSelection($"{((ExtendedActorSystem)of).Provider.DefaultAddress}/user/echo");

    [Fact]
    public async Task A_message_that_an_older_node_does_not_know_is_passed_over_and_the_connection_stays()
    {
        var older = EchoOf(_newer, _older);
        var question = new UserCommands.GetStatus(new UserId("info@example.com"));
        Assert.Equal(question, await older.Ask<UserCommands.GetStatus>(question, Patience, TestContext.Current.CancellationToken));
        var quarantined = new TaskCompletionSource();
        var watch = _newer.ActorOf(Props.Create(() => new Watch(quarantined)));
        _newer.EventStream.Subscribe(watch, typeof(Akka.Remote.QuarantinedEvent));
        _newer.EventStream.Subscribe(watch, typeof(Akka.Remote.DisassociatedEvent));
        for (var i = 0; i < 100; i++)
        {
            older.Tell(new WakeUser(new UserId("info@example.com")), ActorRefs.NoSender);
            older.Tell(new FollowWanted("new", new WantedMark("epoch", i)), ActorRefs.NoSender);
        }
        // In order: what comes back was read after all of them.
        Assert.Equal(question, await older.Ask<UserCommands.GetStatus>(question, Patience, TestContext.Current.CancellationToken));
        Assert.False(quarantined.Task.IsCompleted);
    }

    private sealed class Watch(TaskCompletionSource seen) : UntypedActor
    {
        protected override void OnReceive(object message) => seen.TrySetResult();
    }

    [Fact]
    public void A_field_of_a_newer_version_is_read_past()
    {
        var serializer = new GuardSerializer((ExtendedActorSystem)_newer);
        var known = new Inspect("7", ["user", "show"]);
        var bytes = serializer.ToBinary(known);
        // Field 79, a text, as a later release may add it.
        using var later = new MemoryStream();
        using (var output = new CodedOutputStream(later, leaveOpen: true))
        {
            output.WriteRawTag(0xFA, 0x04);
            output.WriteString("from the future");
        }
        var read = (Inspect)serializer.FromBinary([.. bytes, .. later.ToArray()], serializer.Manifest(known));
        Assert.Equal((known.Id, string.Join(' ', known.Words)), (read.Id, string.Join(' ', read.Words)));
    }

    public async ValueTask DisposeAsync()
    {
        await _newer.Terminate();
        await _older.Terminate();
    }
}
