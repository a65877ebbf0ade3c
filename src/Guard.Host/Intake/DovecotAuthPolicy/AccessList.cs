using Guard.Actors.Policies.Geography;
using Guard.Messages.Places;

namespace Guard.Host.Intake.DovecotAuthPolicy;

/// <summary>An entry of a list. Every entry ends by itself.</summary>
public sealed record AccessEntry(AccessKey Key, DateTimeOffset Expires, string Reason);

/// <summary>
/// A black or white list of weakforced's kind: by network, login, or both, with an end. Bounded, thread-safe; finding costs a look per prefix length
/// in use.
/// </summary>
public sealed class AccessList(int maxEntries = 100_000)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<AccessKey, AccessEntry> _entries = [];

    /// <summary>How many entries have this family and prefix length.</summary>
    private readonly SortedDictionary<(bool IPv4, int Length), int> _lengths = [];

    public bool Holds(AccessKey key)
    {
        lock (_gate)
            return _entries.ContainsKey(key);
    }

    /// <summary>Whether an entry could be added.</summary>
    public bool HasRoomFor(AccessKey key, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_entries.ContainsKey(key) || _entries.Count < maxEntries)
                return true;
            DropExpired(now);
            return _entries.Count < maxEntries;
        }
    }

    /// <summary>Adds or prolongs; false when the list is full.</summary>
    public bool Add(AccessEntry entry, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (!_entries.ContainsKey(entry.Key))
            {
                if (_entries.Count >= maxEntries)
                    DropExpired(now);
                if (_entries.Count >= maxEntries)
                    return false;
                Count(entry.Key, 1);
            }
            _entries[entry.Key] = entry;
            return true;
        }
    }

    public bool Remove(AccessKey key)
    {
        lock (_gate)
        {
            if (!_entries.Remove(key))
                return false;
            Count(key, -1);
            return true;
        }
    }

    /// <summary>The entry that stands for this login from this address: the login's, that of its client's TLS, or that of the narrowest network.</summary>
    public AccessEntry? Find(NetworkAddress address, string login, DateTimeOffset now, string ja3 = "")
    {
        lock (_gate)
        {
            if ((Live(AccessKey.From(null, login), now) ?? Live(AccessKey.From(null, "", ja3), now)) is { } anywhere)
                return anywhere;
            AccessEntry? found = null;
            if (address.IsNone)
                return found;
            foreach (var (IPv4, length) in _lengths.Keys)
            {
                if (IPv4 != address.IsIPv4)
                    continue;
                var network = new NetworkPrefix(address.Prefix(length), length);
                found =
                    (login.Length == 0 ? null : Live(AccessKey.From(network, login), now))
                    ?? (ja3.Length == 0 ? null : Live(AccessKey.From(network, "", ja3), now))
                    ?? Live(AccessKey.From(network, ""), now)
                    ?? found;
            }
            return found;
        }
    }

    /// <summary>The entries that still hold, in a lasting order.</summary>
    public IReadOnlyList<AccessEntry> Entries(DateTimeOffset now)
    {
        lock (_gate)
        {
            DropExpired(now);
            return
            [
                .. _entries
                    .Values.OrderBy(static entry => entry.Key.Kind, StringComparer.Ordinal)
                    .ThenBy(static entry => entry.Key.ToString(), StringComparer.Ordinal),
            ];
        }
    }

    private AccessEntry? Live(AccessKey? key, DateTimeOffset now) =>
        key is { } known && _entries.TryGetValue(known, out var entry) && entry.Expires > now ? entry : null;

    private void DropExpired(DateTimeOffset now)
    {
        foreach (var entry in _entries.Values)
        {
            // Removing while enumerating is allowed for a dictionary.
            if (entry.Expires <= now && _entries.Remove(entry.Key))
                Count(entry.Key, -1);
        }
    }

    private void Count(AccessKey key, int change)
    {
        if (key.Network is not { } network)
            return;
        var kind = (network.Network.IsIPv4, network.Length);
        var count = _lengths.GetValueOrDefault(kind) + change;
        if (count == 0)
            _lengths.Remove(kind);
        else
            _lengths[kind] = count;
    }
}
