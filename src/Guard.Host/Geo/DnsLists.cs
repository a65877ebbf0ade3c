using Guard.Host.Configuration;
using Guard.Messages.Places;

namespace Guard.Host.Geo;

/// <summary>The lists in the DNS that the admin named. Thread-safe.</summary>
public sealed class DnsLists : IAsyncDisposable
{
    private readonly DnsList[] _lists;

    public DnsLists(IEnumerable<ReputationSettings> settings, TimeProvider time) =>
        _lists = [.. settings.Where(list => list.IsZone).Select(list => new DnsList(list, time))];

    public static DnsLists None { get; } = new([], TimeProvider.System);

    public bool IsEmpty => _lists.Length == 0;

    public IReadOnlyList<GeoFileStatus> Status => [.. _lists.Select(list => list.Status)];

    /// <summary>Adds what the lists said of the address so far.</summary>
    public Place Mark(Place place)
    {
        foreach (var list in _lists)
        {
            if (list.Bits(place.Address) is > 0 and var bits)
                place = ReputationLists.Add(place, list.Name, bits);
        }
        return place;
    }

    /// <summary>What one list says of an address so far, in bits; 0 for nothing, or for another's name.</summary>
    public double BitsOf(string list, NetworkAddress address) => _lists.FirstOrDefault(one => one.Name == list)?.Bits(address) ?? 0;

    /// <summary>Has those asked that have not said anything of it. Never waits.</summary>
    public void Ask(NetworkAddress address)
    {
        foreach (var list in _lists)
            list.Ask(address);
    }

    /// <summary>Asks all and waits: for who measures lists over old logs.</summary>
    public async Task AskAsync(NetworkAddress address, CancellationToken cancellation)
    {
        foreach (var list in _lists)
            await list.AskAsync(address, cancellation).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var list in _lists)
            await list.DisposeAsync().ConfigureAwait(false);
    }
}
