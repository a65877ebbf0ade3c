using System.Globalization;
using System.Net;
using Guard.Host.ConsoleModel.Contracts;
using Serilog;

namespace Guard.Host.Web.Security;

/// <summary>
/// Writes down who was not let in, without letting strangers fill the audit and the log: the first refusals of a network stand there one by one, what follows is told
/// once with its number, names and time. Bounded: of more networks at once than are remembered only the number is told.
/// </summary>
internal sealed class RefusedSignIns : IDisposable
{
    private const int MaxNetworks = 64;

    /// <summary>Of a network within <see cref="Window"/>, one by one.</summary>
    private const int MaxSingle = 20;

    private const int MaxSingleOfName = 3;
    private const int MaxNames = 5;

    private static readonly TimeSpan TellEvery = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly Dictionary<(string Act, string Network), Told> _told = [];
    private readonly Lock _counting = new();
    private readonly IAuditLog _audit;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly ITimer _timer;

    public RefusedSignIns(IAuditLog audit, TimeProvider clock, ILogger log)
    {
        (_audit, _clock, _log) = (audit, clock, log);
        _timer = clock.CreateTimer(_ => _ = TellAsync(), null, TellEvery, TellEvery);
    }

    /// <param name="singly">Whether refusals of this kind are told one by one at all; else only the first of a network.</param>
    public Task WriteAsync(string name, IPAddress? from, string act, string detail, bool singly, CancellationToken cancel)
    {
        var shown = name.Length > 200 ? name[..200] : name;
        return Count(act, SignInThrottle.NetworkOf(from), shown, singly)
            ? _audit.WriteAsync(new AuditDraft(shown, from?.ToString() ?? "", act, null, shown, detail, "refused"), cancel)
            : Task.CompletedTask;
    }

    /// <summary>Whether it is told by itself.</summary>
    private bool Count(string act, string network, string name, bool singly)
    {
        var now = _clock.GetUtcNow();
        lock (_counting)
        {
            var key = (act, network);
            if (!_told.ContainsKey(key) && _told.Count >= MaxNetworks)
                key = (act, "many networks");
            if (!_told.TryGetValue(key, out var told) || now - told.Since > Window)
            {
                // What was counted of the hour before is told with this one's.
                told = new Told(now) { Counted = told?.Counted ?? 0, From = told?.Counted > 0 ? told.From : now };
                _told[key] = told;
            }
            var ofName = told.Names.GetValueOrDefault(name);
            if (told.Names.Count < MaxSingle || ofName > 0)
                told.Names[name] = ofName + 1;
            if (told.Single < (singly ? MaxSingle : 1) && ofName < MaxSingleOfName)
            {
                told.Single++;
                return true;
            }
            if (told.Counted++ == 0)
                told.From = now;
            return false;
        }
    }

    /// <summary>Tells what was only counted.</summary>
    internal async Task TellAsync()
    {
        List<(string Act, string Network, long Count, DateTimeOffset From, string Names)> due = [];
        var now = _clock.GetUtcNow();
        lock (_counting)
        {
            foreach (var ((act, network), told) in _told)
            {
                if (told.Counted > 0)
                    due.Add((act, network, told.Counted, told.From, NamesOf(told)));
                told.Counted = 0;
            }
            foreach (var over in _told.Where(entry => now - entry.Value.Since > Window).Select(entry => entry.Key).ToList())
                _told.Remove(over);
        }
        foreach (var (act, network, count, from, names) in due)
        {
            var detail = string.Create(CultureInfo.InvariantCulture, $"{count} more since {from.UtcDateTime:u}: {names}");
            try
            {
                await _audit.WriteAsync(new AuditDraft("strangers", network, act, null, "", detail, "refused"), CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is System.Data.Common.DbException or IOException or ObjectDisposedException or InvalidOperationException)
            {
                _log.Warning("{Count} refused sign-ins of {Network} are not in the audit: {Reason:l}", count, network, failure.Message);
            }
        }
    }

    private static string NamesOf(Told told)
    {
        var names = string.Join(", ", told.Names.Keys.Take(MaxNames));
        return told.Names.Count > MaxNames ? names + " and others" : names;
    }

    public void Dispose() => _timer.Dispose();

    private sealed class Told(DateTimeOffset since)
    {
        public DateTimeOffset Since { get; } = since;

        public Dictionary<string, int> Names { get; } = [];

        public int Single { get; set; }

        public long Counted { get; set; }

        public DateTimeOffset From { get; set; } = since;
    }
}
