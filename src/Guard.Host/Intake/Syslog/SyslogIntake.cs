using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using Guard.Host.Configuration;
using Guard.Host.Intake.Logs;
using Guard.Host.Intake.Routing;
using Guard.Host.Intake.Sockets;
using Guard.Messages.Observations;
using Serilog;

namespace Guard.Host.Intake.Syslog;

/// <summary>What came in by syslog.</summary>
/// <param name="Dropped">Datagrams for which there was no room: nobody can ask for them again.</param>
public sealed record SyslogCounts(long Messages, long Unparsed, long Dropped, int Senders);

/// <summary>
/// Syslog over UDP and TCP at one address (RFC 3164, 5424, 6587) and over TLS at another (RFC 5425). Each sending machine has its own parser. Over TCP reading
/// waits while the journal has not caught up; datagrams that find no room are counted as dropped.
/// </summary>
public sealed class SyslogIntake : IAsyncDisposable
{
    private const int OpenChunks = 64;
    private const int ReceiveBuffer = 8 << 20;

    private readonly Action<Observation> _seen;
    private readonly ILogger _log;
    private readonly SyslogSenders _senders;
    private readonly SyslogPeers _peers;
    private readonly SemaphoreSlim _credits = new(OpenChunks);
    private readonly FloodLimit _flood;
    private readonly CancellationTokenSource _stop = new();
    private readonly IActorRef _source;
    private readonly SyslogSettings _settings;
    private readonly StreamListener? _stream;
    private readonly StreamListener? _secured;
    private readonly Socket? _datagrams;
    private Task _receiving = Task.CompletedTask;
    private long _messages;
    private long _unparsed;
    private long _ignored;
    private long _dropped;
    private long _failures;

    /// <param name="parsers">Makes the parser of a sender, by its source's name.</param>
    /// <exception cref="IOException">The certificates cannot be used.</exception>
    public SyslogIntake(
        SyslogSettings settings,
        Func<string, LogParser> parsers,
        IActorRefFactory actors,
        IActorRef users,
        Action<Observation> seen,
        ILogger log
    )
    {
        (_settings, _seen, _log) = (settings, seen, log);
        _senders = new SyslogSenders(address => parsers($"syslog:{address}"), TimeProvider.System);
        var door = new ConnectionDoor("syslog", "intake.syslog", settings.Allowed, settings.MaxConnections, log);
        _peers = new SyslogPeers(door, TimeProvider.System);
        if (settings.Tls is { } tls)
            _secured = new StreamListener(
                tls.Listen,
                // A certificate says who speaks.
                tls.ClientAuthority.Length > 0
                    ? ConnectionDoor.Wide("syslog over TLS", settings.MaxConnections, log)
                    : new ConnectionDoor("syslog over TLS", "intake.syslog", settings.Allowed, settings.MaxConnections, log),
                Conversations("syslog over TLS", new SyslogTls(tls, log).SecureAsync).ServeAsync,
                log
            )
            {
                ClosesUnknown = true,
            };
        if (settings.Listen is { } listen)
        {
            _stream = new StreamListener(listen, door, Conversations("syslog", null).ServeAsync, log) { ClosesUnknown = true };
            _datagrams = new Socket(listen.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = ReceiveBuffer };
        }
        var system = actors as ActorSystem ?? ((IActorContext)actors).System;
        _flood = new FloodLimit(IntakeRouting.Of(system), Logging.GetLogger(system, "syslog"));
        _source = actors.ActorOf(SourceActor.Props(actors, users, _credits), "syslog");
    }

    public SyslogCounts Counts => new(Interlocked.Read(ref _messages), Interlocked.Read(ref _unparsed), Interlocked.Read(ref _dropped), _senders.Count);

    public IntakeReading Reading =>
        new(
            $"{_settings.Listen?.ToString() ?? $"{_settings.Tls?.Listen} (TLS)"}",
            "syslog",
            Interlocked.Read(ref _messages),
            Interlocked.Read(ref _ignored),
            Interlocked.Read(ref _unparsed),
            Refused: _peers.Refused + (_secured?.Unknown ?? 0),
            Cut: (_stream?.Refused ?? 0) + (_secured?.Refused ?? 0)
        );

    /// <summary>Of UDP and TCP.</summary>
    public IPEndPoint LocalEndPoint => (IPEndPoint)(_stream ?? throw new InvalidOperationException("only TLS is heard")).LocalEndPoint;

    public IPEndPoint SecuredEndPoint => (IPEndPoint)(_secured ?? throw new InvalidOperationException("TLS is not heard")).LocalEndPoint;

    /// <summary>Connections at work.</summary>
    public int Open => (_stream?.Open ?? 0) + (_secured?.Open ?? 0);

    /// <exception cref="SocketException">The address cannot be had.</exception>
    public void Start()
    {
        if (_secured is not null)
        {
            _secured.Start();
            _log.Information(
                "syslog over TLS is heard at {Listen}{Clients:l}",
                SecuredEndPoint,
                _settings.Tls!.ClientAuthority.Length > 0 ? ", from clients with a certificate" : ""
            );
        }
        if (_stream is null || _datagrams is null)
            return;
        _stream.Start();
        _datagrams.Bind(LocalEndPoint);
        _receiving = ReceiveAsync(_datagrams);
        _log.Information("syslog is heard at {Listen}, UDP and TCP", LocalEndPoint);
    }

    private StreamConversations Conversations(string name, Func<Stream, CancellationToken, Task<Stream>>? secure) =>
        new(
            name,
            _settings.Idle,
            _settings.Slow,
            (client, reader, _, patience, stop) => ReadAsync(_senders.Of(((IPEndPoint)client.RemoteEndPoint!).Address, isProven: true), reader, patience, stop),
            _log
        )
        {
            Secure = secure,
        };

    private async Task ReadAsync(SyslogSender sender, PipeReader reader, Patience patience, CancellationToken stop)
    {
        patience.AwaitNext();
        while (true)
        {
            var read = await reader.ReadAsync(patience.Token).ConfigureAwait(false);
            var buffer = read.Buffer;
            var observations = new List<Observation>();
            var took = false;
            while (SyslogFraming.TryTake(ref buffer, out var message))
            {
                took = true;
                Feed(sender, message, observations);
            }
            // The last line of a connection may have no end.
            if (read.IsCompleted && !buffer.IsEmpty && buffer.Length <= SyslogFraming.MaxBytes)
            {
                Feed(sender, buffer, observations);
                buffer = buffer.Slice(buffer.End);
            }
            if (observations.Count > 0)
            {
                patience.Pause();
                await _credits.WaitAsync(stop).ConfigureAwait(false);
                Hand(observations);
            }
            var begun = !buffer.IsEmpty;
            reader.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
                return;
            // Each message has its time, in however many pieces it is sent; between two of them the sender may be silent for long.
            if (took || !begun)
                patience.AwaitNext();
            if (begun)
                patience.AwaitRest();
        }
    }

    private async Task ReceiveAsync(Socket datagrams)
    {
        var buffer = GC.AllocateArray<byte>(65_536, pinned: true);
        EndPoint any = new IPEndPoint(datagrams.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var received = await datagrams.ReceiveFromAsync(buffer, any, _stop.Token).ConfigureAwait(false);
                var from = (IPEndPoint)received.RemoteEndPoint;
                if (!_peers.Hears(from, LocalEndPoint))
                    continue;
                var sender = _senders.Of(from.Address, isProven: false);
                var observations = new List<Observation>();
                Feed(sender, new ReadOnlySequence<byte>(buffer, 0, received.ReceivedBytes), observations);
                if (observations.Count == 0)
                    continue;
                if (await _credits.WaitAsync(TimeSpan.Zero, _stop.Token).ConfigureAwait(false))
                    Hand(observations);
                else if (Interlocked.Increment(ref _dropped) is var dropped && long.IsPow2(dropped))
                    _log.Warning("syslog: {Dropped} datagrams were dropped so far, the journal does not keep up; TCP would wait", dropped);
            }
            catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException failure)
            {
                if (long.IsPow2(++_failures))
                    _log.Warning("syslog: receiving failed {Count} times: {Reason:l}", _failures, failure.Message);
            }
        }
    }

    private void Feed(SyslogSender sender, in ReadOnlySequence<byte> message, List<Observation> into)
    {
        Interlocked.Increment(ref _messages);
        var before = into.Count;
        var result = sender.Feed(message.IsSingleSegment ? message.FirstSpan : message.ToArray(), into);
        if (result == LineResult.Unknown)
            Interlocked.Increment(ref _unparsed);
        else if (result is LineResult.Nothing or LineResult.Foreign)
            Interlocked.Increment(ref _ignored);
        if (into.Count == before)
            return;
        lock (_flood)
            _flood.Thin(into, before);
        for (var i = before; i < into.Count; i++)
            _seen(into[i]);
    }

    private void Hand(List<Observation> observations) => _source.Tell(new ChunkRead(observations, null));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_secured is not null)
            await _secured.DisposeAsync().ConfigureAwait(false);
        if (_stream is not null)
            await _stream.DisposeAsync().ConfigureAwait(false);
        await _receiving.ConfigureAwait(false);
        _datagrams?.Dispose();
        try
        {
            await _source.Ask<Drained>(AwaitDrained.Instance, TimeSpan.FromSeconds(10)).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            _log.Warning("syslog: not everything was journaled in time");
        }
        _stop.Dispose();
    }
}
