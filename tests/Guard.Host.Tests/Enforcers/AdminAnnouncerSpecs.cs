using System.Collections.Immutable;
using System.Threading.Channels;
using Akka.Actor;
using Guard.Actors.Enforcement;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;
using Guard.Host.Enforcement.Memory;
using Guard.Messages.Enforcement;
using Xunit;

namespace Guard.Host.Tests.Enforcers;

/// <summary>Where administrators work on one node is spared by the ledger on another.</summary>
public sealed class AdminAnnouncerSpecs : IAdminPresence, IAsyncDisposable
{
    private static readonly NetworkPrefix Desk = NetworkPrefix.TryParse("203.0.113.5", out var desk) ? desk : default;

    private readonly ActorSystem _system = ActorSystem.Create("admins", "akka.loglevel = OFF");
    private readonly Channel<BlockCommands.Exempt> _told = Channel.CreateUnbounded<BlockCommands.Exempt>();

    public ImmutableArray<NetworkPrefix> Addresses { get; } = [Desk];

    public async ValueTask DisposeAsync() => await _system.Terminate();

    [Fact]
    public async Task The_ledger_is_told_at_once_for_an_hour_and_by_whom()
    {
        var ledger = _system.ActorOf(Props.Create(() => new Ledger(_told.Writer)));
        _system.ActorOf(AdminAnnouncer.Props(ledger, this, "mail2", TimeProvider.System));
        var exempt = await _told.Reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal((FirewallLedger.Network(Desk), TimeSpan.FromHours(1), "mail2"), (exempt.Network, exempt.For, exempt.By.Name));
    }

    private sealed class Ledger : ReceiveActor
    {
        public Ledger(ChannelWriter<BlockCommands.Exempt> told) =>
            Receive<BlockCommands.Exempt>(exempt =>
            {
                told.TryWrite(exempt);
                Sender.Tell(new BlockCommands.Answer(true, ""));
            });
    }
}
