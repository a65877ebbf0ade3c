using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Akka.Actor;
using Guard.Host.Configuration;
using Guard.Host.Geo;
using Guard.Host.Intake.Logs;
using Guard.Host.Intake.Syslog;
using Guard.Messages.Observations;
using Guard.Messages.Users;
using Serilog.Core;
using Xunit;

namespace Guard.Host.Tests.Syslog;

public sealed class SyslogIntakeTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ActorSystem _system = ActorSystem.Create("syslog", "akka.loglevel = OFF");
    private readonly ConcurrentQueue<Observation> _taken = new();
    private readonly SyslogIntake _intake;

    public SyslogIntakeTests()
    {
        var users = _system.ActorOf(Props.Create(() => new Users(_taken)));
        _intake = new SyslogIntake(
            new SyslogSettings { Listen = new IPEndPoint(IPAddress.Loopback, 0) },
            source => new LogParser(new LogParserSettings(source, DateTimeOffset.UtcNow), new UserNameRules(), new PlaceLookup([], null)),
            _system,
            users,
            _ => { },
            Logger.None
        );
        _intake.Start();
    }

    public async ValueTask DisposeAsync()
    {
        await _intake.DisposeAsync();
        await _system.Terminate();
    }

    private static string Stamp => DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Login(string user) =>
        $"<22>{Stamp} mx1 dovecot: imap-login: Login: user=<{user}>, method=PLAIN, rip=203.0.113.9, lip=192.0.2.1, mpid=1, TLS, session=<x>";

    /// <summary>RFC 5424.</summary>
    private static string Modern(string user) =>
        $"<22>1 {Stamp} mx1 dovecot 77 - - imap-login: Login: user=<{user}>, method=PLAIN, rip=203.0.113.9, lip=192.0.2.1, mpid=1, TLS, session=<x>";

    [Fact]
    public async Task Datagrams_are_heard_in_the_old_form_and_the_new_one()
    {
        using var client = new UdpClient();
        foreach (var text in new[] { Login("anna@example.com"), Modern("bob@example.com") + "\n", "<3>something else" })
            await client.SendAsync(Encoding.UTF8.GetBytes(text), _intake.LocalEndPoint, TestContext.Current.CancellationToken);
        await Eventually.Is(() => _taken.Count >= 2, () => $"{_taken.Count} came");
        Assert.Equal(["anna@example.com", "bob@example.com"], _taken.Select(login => login.User.Value).Order());
        Assert.All(_taken, login => Assert.Equal("203.0.113.9", login.Place.Address.ToString()));
    }

    [Fact]
    public async Task A_stream_is_heard_in_both_framings_and_in_whatever_pieces()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_intake.LocalEndPoint, TestContext.Current.CancellationToken);
        var counted = Modern("counted@example.com");
        var bytes = Encoding.UTF8.GetBytes($"{Login("line@example.com")}\n{Encoding.UTF8.GetByteCount(counted)} {counted}{Login("last@example.com")}");
        foreach (var piece in bytes.Chunk(37))
            await client.GetStream().WriteAsync(piece, TestContext.Current.CancellationToken);
        client.Client.Shutdown(SocketShutdown.Send);
        await Eventually.Is(() => _taken.Count >= 3, () => $"{_taken.Count} came");
        Assert.Equal(["line@example.com", "counted@example.com", "last@example.com"], _taken.Select(login => login.User.Value));
        // Each has a position of its own, higher than the one before, so that entities recognise what is sent again.
        Assert.Equal(_taken.Select(login => login.Origin.Position).Distinct().Order(), _taken.Select(login => login.Origin.Position));
        Assert.All(_taken, login => Assert.Equal("syslog:127.0.0.1", login.Origin.Source));
    }

    [Fact]
    public async Task A_sender_that_does_not_speak_syslog_is_cut_off_and_others_are_heard()
    {
        using var rude = new TcpClient();
        await rude.ConnectAsync(_intake.LocalEndPoint, TestContext.Current.CancellationToken);
        await rude.GetStream().WriteAsync(Encoding.UTF8.GetBytes("99999 <3>"), TestContext.Current.CancellationToken);
        Assert.Equal(0, await rude.GetStream().ReadAsync(new byte[1], TestContext.Current.CancellationToken));
        using var client = new TcpClient();
        await client.ConnectAsync(_intake.LocalEndPoint, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(Login("anna@example.com") + "\n"), TestContext.Current.CancellationToken);
        await Eventually.Is(() => _taken.Count >= 1, () => $"{_taken.Count} came");
    }

    private sealed class Users : ReceiveActor
    {
        public Users(ConcurrentQueue<Observation> taken) =>
            Receive<UserCommands.Observe>(observe =>
            {
                foreach (var observation in observe.Observations)
                    taken.Enqueue(observation);
                var last = observe.Observations[^1].Origin;
                Sender.Tell(new Observed(observe.User, last.Source, last.Position));
            });
    }
}
