using Guard.Actors.Behaviour;
using Guard.Actors.Enforcement;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Enforcement;

/// <summary>Which accounts logged in from an address lately: a gateway with good users behind it is not blocked. Bounded; written to a file now and
/// then.</summary>
public sealed class AddressCompany : IAddressCompany
{
    private const int MaxAddresses = 200_000;
    private const int MaxAccounts = 32;
    private const long DaySeconds = 86_400;
    private const uint Form = 0x41474331;

    /// <summary>Who did not come back for so long is at home there no more.</summary>
    private const long ForgetAfter = 60 * DaySeconds;

    private readonly Lock _gate = new();
    private readonly Dictionary<NetworkAddress, List<Guest>> _accounts = [];
    private readonly Queue<NetworkAddress> _order = new();

    /// <summary>Notes a login that succeeded.</summary>
    public void See(Observation observation)
    {
        if (observation is not Login { Outcome: LoginOutcome.Succeeded } login || login.Place.Address.IsNone)
            return;
        var (user, second) = (StableHash.Of(login.User.Value), login.At.ToUnixTimeSeconds());
        lock (_gate)
        {
            var accounts = Of(Line(login.Place.Address));
            var index = accounts.FindIndex(one => one.User == user);
            if (index >= 0)
                accounts[index] = accounts[index] with { Last = second };
            else if (accounts.Count < MaxAccounts)
                accounts.Add(new Guest(user, second, second));
        }
    }

    /// <summary>At home is who came back on another day.</summary>
    public (int Seen, int AtHome) Behind(NetworkAddress address)
    {
        lock (_gate)
        {
            return _accounts.TryGetValue(Line(address), out var accounts) ? (accounts.Count, AtHome(accounts)) : (0, 0);
        }
    }

    /// <summary>Looks at all lines: an IPv6 prefix has too many to ask for each.</summary>
    public (int Seen, int AtHome) Within(NetworkPrefix network)
    {
        var (seen, home) = (0, 0);
        lock (_gate)
        {
            foreach (var (line, accounts) in _accounts)
            {
                if (!network.Contains(line))
                    continue;
                seen += accounts.Count;
                home += AtHome(accounts);
            }
        }
        return (seen, home);
    }

    public int Around(NetworkAddress address)
    {
        if (!address.IsIPv4)
            return 0;
        var home = 0;
        var network = (uint)address.Prefix(24).Bits;
        lock (_gate)
        {
            for (var host = 0u; host < 256; host++)
                home += _accounts.TryGetValue(NetworkAddress.FromIPv4(network | host), out var accounts) ? AtHome(accounts) : 0;
        }
        return home;
    }

    /// <returns>At how many addresses an account was.</returns>
    public long Forget(UserId forgotten)
    {
        var user = StableHash.Of(forgotten.Value);
        lock (_gate)
            return _accounts.Values.Sum(accounts => (long)accounts.RemoveAll(one => one.User == user));
    }

    /// <summary>Writes everything down; a crash between two times costs what came meanwhile, which the next logins bring back.</summary>
    public void Save(Stream stream)
    {
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        KeyValuePair<NetworkAddress, Guest[]>[] all;
        lock (_gate)
            all = [.. _order.Where(_accounts.ContainsKey).Select(address => KeyValuePair.Create(address, _accounts[address].ToArray()))];
        writer.Write(Form);
        writer.Write(all.Length);
        foreach (var (address, guests) in all)
        {
            var bytes = address.ToBytes();
            writer.Write((byte)bytes.Length);
            writer.Write(bytes);
            writer.Write((byte)guests.Length);
            foreach (var guest in guests)
            {
                writer.Write(guest.User);
                writer.Write(guest.First);
                writer.Write(guest.Last);
            }
        }
    }

    /// <exception cref="InvalidDataException">It is no such file, or a damaged one; what was read so far stays.</exception>
    public void Load(Stream stream, DateTimeOffset now)
    {
        using var reader = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        try
        {
            if (reader.ReadUInt32() != Form)
                throw new InvalidDataException("it is no list of addresses and accounts");
            for (var left = reader.ReadInt32(); left > 0; left--)
            {
                var address = NetworkAddress.FromBytes(reader.ReadBytes(reader.ReadByte()));
                Guest[] guests =
                [
                    .. Enumerable.Range(0, reader.ReadByte()).Select(_ => new Guest(reader.ReadUInt64(), reader.ReadInt64(), reader.ReadInt64())),
                ];
                Guest[] recent = [.. guests.Where(guest => now.ToUnixTimeSeconds() - guest.Last < ForgetAfter).Take(MaxAccounts)];
                if (recent.Length == 0 || address.IsNone)
                    continue;
                lock (_gate)
                {
                    if (Of(address) is { Count: 0 } fresh)
                        fresh.AddRange(recent);
                }
            }
        }
        catch (Exception failure) when (failure is EndOfStreamException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException("it ends too early or is damaged", failure);
        }
    }

    private static int AtHome(List<Guest> accounts) => accounts.Count(one => one.Last - one.First >= DaySeconds);

    /// <summary>A customer of IPv6 has a whole /64, and that is what is blocked.</summary>
    private static NetworkAddress Line(NetworkAddress address) => address.IsIPv6 ? address.Prefix(64) : address;

    private List<Guest> Of(NetworkAddress address)
    {
        if (_accounts.TryGetValue(address, out var accounts))
            return accounts;
        _accounts.Add(address, accounts = []);
        _order.Enqueue(address);
        if (_order.Count > MaxAddresses)
            _accounts.Remove(_order.Dequeue());
        return accounts;
    }

    /// <param name="User">Stable hash of the account.</param>
    private readonly record struct Guest(ulong User, long First, long Last);
}
