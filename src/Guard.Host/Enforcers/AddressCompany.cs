using Guard.Actors.Behaviour;
using Guard.Actors.Enforcement;
using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Enforcers;

/// <summary>
/// Which accounts logged in from an address lately: a gateway with good users behind it is not blocked. Bounded, in memory only: after a restart it fills again.
/// </summary>
public sealed class AddressCompany : IAddressCompany
{
    private const int MostAddresses = 200_000;
    private const int MostAccounts = 8;
    private const long DaySeconds = 86_400;

    private readonly Lock _gate = new();
    private readonly Dictionary<NetworkAddress, List<(ulong User, long First, long Last)>> _accounts = [];
    private readonly Queue<NetworkAddress> _order = new();

    /// <summary>Notes a login that succeeded.</summary>
    public void See(Observation observation)
    {
        if (observation is not Login { Outcome: LoginOutcome.Succeeded } login || login.Place.Address.IsNone)
            return;
        var (user, second) = (StableHash.Of(login.User.Value), login.At.ToUnixTimeSeconds());
        lock (_gate)
        {
            if (!_accounts.TryGetValue(login.Place.Address, out var accounts))
            {
                _accounts.Add(login.Place.Address, accounts = []);
                _order.Enqueue(login.Place.Address);
                if (_order.Count > MostAddresses)
                    _accounts.Remove(_order.Dequeue());
            }
            var index = accounts.FindIndex(one => one.User == user);
            if (index >= 0)
                accounts[index] = (user, accounts[index].First, second);
            else if (accounts.Count < MostAccounts)
                accounts.Add((user, second, second));
        }
    }

    /// <summary>At home is who came back on another day.</summary>
    public (int Seen, int AtHome) Behind(NetworkAddress address)
    {
        lock (_gate)
        {
            return _accounts.TryGetValue(address, out var accounts)
                ? (accounts.Count, accounts.Count(one => one.Last - one.First >= DaySeconds))
                : (0, 0);
        }
    }
}
