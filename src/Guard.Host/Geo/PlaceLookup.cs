using BitFaster.Caching.Lru;
using Guard.Host.Platform;
using Guard.Messages.Places;

namespace Guard.Host.Geo;

/// <summary>What became of one database file.</summary>
/// <param name="Problem">Null when it is loaded.</param>
public sealed record GeoFileStatus(string File, string Type, DateTime? Built, string? Problem)
{
    /// <summary>What went wrong although it is used; empty for nothing.</summary>
    public string Trouble { get; init; } = "";
}

/// <summary>
/// Finds places from several databases and the admin's overrides. A file that is missing or broken is left out and named in <see cref="Status"/>; a
/// changed one is taken over while running, and a broken new one leaves the old in place. Thread-safe.
/// </summary>
public sealed class PlaceLookup : IPlaceLookup
{
    /// <summary>Logs repeat addresses: a poller's comes every minute.</summary>
    private const int MaxCached = 65_536;

    private readonly Func<IReadOnlyList<string>> _files;
    private readonly PlaceOverrides _overrides;
    private readonly ReputationLists _lists;
    private readonly Lock _loading = new();
    private readonly Dictionary<string, (DateTime Written, long Length)> _stamps = [];
    private readonly SeenBefore _seen = new();
    private volatile Generation _current = new([], NoneCached(), []);

    public PlaceLookup(IReadOnlyList<string> files, PlaceOverrides? overrides = null, ReputationLists? lists = null)
        : this(() => files, overrides, lists) { }

    /// <param name="files">Asked at each look, since files may come later.</param>
    public PlaceLookup(Func<IReadOnlyList<string>> files, PlaceOverrides? overrides = null, ReputationLists? lists = null)
    {
        _files = files;
        _lists = lists ?? ReputationLists.None;
        _overrides = overrides ?? PlaceOverrides.None;
        Reload();
    }

    /// <summary>How many networks the admin's own list names.</summary>
    public int Overrides => _overrides.Count;

    /// <summary>Why the admin's own list is not used; empty when it is, or when there is none.</summary>
    public string OverridesProblem { get; init; } = "";

    public IReadOnlyList<GeoFileStatus> Status => _current.Status;

    /// <summary>The same of lists of reputation.</summary>
    public IReadOnlyList<GeoFileStatus> Lists => [.. _lists.Status, .. Dns.Status];

    /// <summary>Lists in the DNS; none unless somebody may ask them.</summary>
    public DnsLists Dns { get; init; } = DnsLists.None;

    /// <summary>Whether finding the place of an address that was used waits for lists in the DNS, as who reads old logs does.</summary>
    public bool WaitsForDns { get; init; }

    public Place Find(NetworkAddress address) => Find(address, isUsed: false);

    public Place Find(NetworkAddress address, bool isUsed)
    {
        if (address.IsNone)
            return Place.None;
        var place = FindHere(address);
        if (Dns.IsEmpty || IsOwn(place) || _overrides.Find(address) is not null)
            return place;
        if (isUsed && WaitsForDns)
            OwnThread.Await(Dns.AskAsync(address, CancellationToken.None));
        else if (isUsed)
            Dns.Ask(address);
        return Dns.Mark(place);
    }

    /// <summary>The same place without what one list says of it.</summary>
    public Place Without(Place place, string list)
    {
        const string Between = ", ";
        var names = place.Listed.Split(Between);
        return !names.Contains(list)
            ? place
            : place with
            {
                Listed = string.Join(Between, names.Where(name => name != list)),
                ListedBits = Math.Max(0, place.ListedBits - (float)(_lists.BitsOf(list) + Dns.BitsOf(list, place.Address))),
            };
    }

    private static bool IsOwn(Place place) =>
        place.Kind is AddressKind.Private or AddressKind.Loopback or AddressKind.LinkLocal or AddressKind.CarrierNat or AddressKind.Multicast;

    private Place FindHere(NetworkAddress address)
    {
        var generation = _current;
        if (generation.Cache.TryGet(address, out var known))
            return known;
        var found = Look(address, generation);
        if (_seen.Check(address.GetHashCode()))
            generation.Cache.AddOrUpdate(address, found);
        return found;
    }

    private Place Look(NetworkAddress address, Generation generation)
    {
        if (_overrides.Find(address) is { } own)
            return own;
        var place = new Place(address, AddressKinds.Of(address));
        if (IsOwn(place))
            return place;
        var ip = address.ToIPAddress();
        foreach (var database in generation.Databases)
        {
            try
            {
                place = database.Add(place, ip);
            }
            catch (Exception damaged) when (damaged is not (StackOverflowException or AccessViolationException))
            {
                // A record that cannot be read is as good as none.
            }
        }
        return _lists.Mark(place);
    }

    /// <summary>Loads what changed since last time; true when something did.</summary>
    public bool Reload()
    {
        lock (_loading)
        {
            var old = _current;
            var changed = false;
            var databases = new List<GeoDatabase>();
            var status = new List<GeoFileStatus>();
            var files = _files();
            foreach (var file in files)
            {
                var held = old.Databases.FirstOrDefault(database => database.File == file);
                var info = new FileInfo(file);
                var stamp = info.Exists ? (info.LastWriteTimeUtc, info.Length) : default;
                string? problem = null;
                if (_stamps.TryGetValue(file, out var seen) && seen == stamp)
                {
                    problem = old.Status.FirstOrDefault(one => one.File == file)?.Problem;
                }
                else
                {
                    changed = true;
                    _stamps[file] = stamp;
                    try
                    {
                        var opened = GeoDatabase.Open(file);
                        GeoProbe.Check(opened);
                        held = opened;
                    }
                    catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException || MmdbFile.IsDamage(failure))
                    {
                        problem = failure.Message;
                    }
                }
                if (held is not null)
                    databases.Add(held);
                status.Add(new GeoFileStatus(file, held?.Type ?? "", held?.Built, problem));
            }
            changed |= old.Status.Length != status.Count;
            changed |= _lists.Reload();
            if (changed)
                _current = new Generation([.. databases], NoneCached(), [.. status]);
            return changed;
        }
    }

    /// <summary>The least recently used goes: a spray of fresh addresses drives out no address that is asked for every minute.</summary>
    private static ConcurrentLru<NetworkAddress, Place> NoneCached() => new(Environment.ProcessorCount, MaxCached, EqualityComparer<NetworkAddress>.Default);

    private sealed record Generation(GeoDatabase[] Databases, ConcurrentLru<NetworkAddress, Place> Cache, GeoFileStatus[] Status);
}
