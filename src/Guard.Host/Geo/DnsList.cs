using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using BitFaster.Caching.Lru;
using DnsClient;
using Guard.Host.Configuration;
using Guard.Messages.Places;

namespace Guard.Host.Geo;

/// <summary>
/// One list in the DNS. It is asked behind the answers' path: what it says of an address counts from the moment that it is known, and is kept for as long as the
/// list says. Questions on their way, those that wait, and what is kept are bounded; a list that does not answer is left alone for a while. Thread-safe.
/// </summary>
internal sealed class DnsList : IAsyncDisposable
{
    private const int MaxCached = 65_536;
    private const int MaxWaiting = 4_096;
    private const int MaxOutstanding = 16;
    private const int MaxFailures = 8;

    /// <summary>IPv6 is judged, and listed, by /64.</summary>
    private const int NetworkLength = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ShortestRest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(15);

    private readonly record struct Known(float Bits, long Until);

    private readonly ReputationSettings _settings;
    private readonly TimeProvider _time;
    private readonly ConcurrentLru<NetworkAddress, Known> _known = new(Environment.ProcessorCount, MaxCached, EqualityComparer<NetworkAddress>.Default);
    private readonly ConcurrentDictionary<NetworkAddress, bool> _asked = [];
    private readonly Channel<NetworkAddress> _waiting = Channel.CreateBounded<NetworkAddress>(MaxWaiting);
    private readonly CancellationTokenSource _stop = new();
    private readonly LookupClient _resolver;
    private readonly Task _running;
    private volatile string _problem = "";
    private long _questions;
    private long _listed;
    private long _dropped;
    private long _restsUntil;
    private int _failures;

    public DnsList(ReputationSettings settings, TimeProvider time)
    {
        (_settings, _time) = (settings, time);
        _resolver = Resolver(settings);
        _running = Task.WhenAll(Enumerable.Range(0, MaxOutstanding).Select(_ => Task.Run(() => FollowAsync(_stop.Token))));
    }

    public string Name => _settings.Name;

    public GeoFileStatus Status =>
        new(
            _settings.Source,
            string.Create(
                CultureInfo.InvariantCulture,
                $"list {Name} in the DNS, {Interlocked.Read(ref _questions)} questions, {Interlocked.Read(ref _listed)} listed, {_asked.Count} waiting, {Interlocked.Read(ref _dropped)} dropped"
            ),
            null,
            null
        )
        {
            Trouble = _problem,
        };

    internal static LookupClient Resolver(ReputationSettings settings)
    {
        var options = settings.NameServers.IsEmpty ? new LookupClientOptions() : new LookupClientOptions([.. settings.NameServers]);
        (options.UseCache, options.Timeout, options.Retries, options.ThrowDnsErrors) = (false, Patience, 1, false);
        return new LookupClient(options);
    }

    /// <summary>What is known of an address; 0 for nothing, or nothing yet.</summary>
    public float Bits(NetworkAddress address) => _known.TryGet(Key(address), out var known) ? known.Bits : 0;

    /// <summary>Has the list asked about an address when its word is not known, or no longer good. Never waits.</summary>
    public void Ask(NetworkAddress address)
    {
        var key = Key(address);
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        if ((_known.TryGet(key, out var known) && known.Until > now) || Interlocked.Read(ref _restsUntil) > now || !_asked.TryAdd(key, true))
            return;
        if (_waiting.Writer.TryWrite(address))
            return;
        _asked.TryRemove(key, out _);
        Interlocked.Increment(ref _dropped);
    }

    /// <summary>Asks, when the list's word is not known yet, and waits for the answer.</summary>
    public async Task AskAsync(NetworkAddress address, CancellationToken cancellation)
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        if (!_known.TryGet(Key(address), out _) && Interlocked.Read(ref _restsUntil) <= now)
            Judge(await LookAsync(address, cancellation).ConfigureAwait(false));
    }

    private async Task<DnsAnswer> LookAsync(NetworkAddress address, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _questions);
        try
        {
            var zone = _settings.Zone.Replace("{key}", _settings.Key.Read().Trim(), StringComparison.Ordinal);
            var answer = DnsAnswer.Of(
                await _resolver.QueryAsync(DnsAnswer.NameOf(address, zone), QueryType.A, cancellationToken: cancellation).ConfigureAwait(false),
                _settings
            );
            if (answer.Problem.Length == 0)
                Note(address, answer);
            return answer;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new DnsAnswer(0, default, "no answer in time");
        }
        catch (Exception failure)
            when (failure is DnsResponseException or IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
        {
            // The text of a failed question names the zone with its key.
            return new DnsAnswer(
                0,
                default,
                failure is DnsResponseException dns ? $"no answer ({dns.Code})"
                    : failure is IOException ? failure.Message
                    : "no answer"
            );
        }
    }

    private void Note(NetworkAddress address, DnsAnswer answer)
    {
        if (answer.Bits > 0)
            Interlocked.Increment(ref _listed);
        _known.AddOrUpdate(Key(address), new Known((float)answer.Bits, (_time.GetUtcNow() + answer.Lasts).ToUnixTimeMilliseconds()));
    }

    private async Task FollowAsync(CancellationToken stop)
    {
        try
        {
            await foreach (var address in _waiting.Reader.ReadAllAsync(stop).ConfigureAwait(false))
            {
                if (Interlocked.Read(ref _restsUntil) <= _time.GetUtcNow().ToUnixTimeMilliseconds())
                    Judge(await LookAsync(address, stop).ConfigureAwait(false));
                _asked.TryRemove(Key(address), out _);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The daemon stops.
        }
    }

    /// <summary>Who does not answer several times in a row, or complains, is asked again later.</summary>
    private void Judge(DnsAnswer answer)
    {
        if (answer.Problem.Length == 0)
        {
            _problem = "";
            Interlocked.Exchange(ref _failures, 0);
            return;
        }
        _problem = answer.Problem;
        var beyond = Interlocked.Increment(ref _failures) - MaxFailures;
        if (beyond < 0)
            return;
        var rest = TimeSpan.FromTicks(Math.Min(LongestRest.Ticks, ShortestRest.Ticks << Math.Min(10, beyond / MaxOutstanding)));
        Interlocked.Exchange(ref _restsUntil, (_time.GetUtcNow() + rest).ToUnixTimeMilliseconds());
    }

    private static NetworkAddress Key(NetworkAddress address) => address.IsIPv6 ? address.Prefix(NetworkLength) : address;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }
}
