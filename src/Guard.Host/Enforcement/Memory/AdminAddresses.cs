using System.Collections.Immutable;
using System.Text;
using Guard.Actors.Enforcement;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Places;

namespace Guard.Host.Enforcement.Memory;

/// <summary>
/// From where administrators work now on this machine: nobody locks themselves out of it. The SSH session that started the guard, and the sessions of root and
/// of those who may become root. Administrators of the console are exempted in the ledger, for all nodes.
/// </summary>
public sealed class AdminAddresses : IAdminPresence, IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(15);
    private static readonly string[] Groups = ["sudo", "wheel", "admin"];

    private readonly ImmutableArray<NetworkPrefix> _own = [];
    private readonly string _sessions;
    private readonly string _groups;
    private readonly Timer? _timer;
    private volatile ImmutableArray<NetworkPrefix>[] _addresses =
    [
        [],
    ];

    /// <param name="sessions">The system's record of sessions, utmp(5).</param>
    public AdminAddresses(string sessions = "/run/utmp", string groups = "/etc/group", bool keepLooking = true)
    {
        (_sessions, _groups) = (sessions, groups);
        // sshd tells "client-address client-port server-address server-port" to what runs in its session.
        var client = Environment.GetEnvironmentVariable("SSH_CONNECTION")?.Split(' ')[0];
        if (client is not null && NetworkAddress.TryParse(client, out var address))
            _own = [BlockScope.Of(address)];
        Refresh();
        if (keepLooking)
            _timer = new Timer(_ => Refresh(), null, Look, Look);
    }

    public ImmutableArray<NetworkPrefix> Addresses => _addresses[0];

    public void Refresh()
    {
        _addresses =
        [
            [.. _own.Concat(Sessions()).Distinct()],
        ];
    }

    public void Dispose() => _timer?.Dispose();

    private IEnumerable<NetworkPrefix> Sessions()
    {
        byte[] records;
        HashSet<string> admins;
        try
        {
            records = File.ReadAllBytes(_sessions);
            admins =
            [
                .. File.ReadLines(_groups)
                    .Select(line => line.Split(':'))
                    .Where(fields => fields.Length >= 4 && Groups.Contains(fields[0]))
                    .SelectMany(fields => fields[3].Split(',')),
                "root",
            ];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A machine without this record has the exempt networks.
            return [];
        }
        return
        [
            .. UtmpRecord
                .Read(records)
                .Where(session => admins.Contains(session.User) && !session.Address.IsNone)
                .Select(session => BlockScope.Of(session.Address)),
        ];
    }
}

/// <summary>A session of a user as utmp(5) on 64-bit Linux has it, 384 bytes each.</summary>
internal readonly record struct UtmpRecord(string User, NetworkAddress Address)
{
    private const int Size = 384;
    private const short UserProcess = 7;

    public static IEnumerable<UtmpRecord> Read(byte[] records)
    {
        for (var at = 0; at + Size <= records.Length; at += Size)
        {
            var record = records.AsSpan(at, Size);
            if (BitConverter.ToInt16(record) != UserProcess)
                continue;
            var name = record.Slice(44, 32);
            var end = name.IndexOf((byte)0);
            var address = record.Slice(348, 16);
            // IPv4 fills the first four bytes only.
            var length =
                address[4..].ContainsAnyExcept((byte)0) ? 16
                : address.ContainsAnyExcept((byte)0) ? 4
                : 0;
            yield return new UtmpRecord(Encoding.UTF8.GetString(end < 0 ? name : name[..end]), NetworkAddress.FromBytes(address[..length]));
        }
    }
}
