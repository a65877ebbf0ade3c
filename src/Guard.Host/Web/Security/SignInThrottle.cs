using System.Net;
using System.Net.Sockets;

namespace Guard.Host.Web.Security;

/// <summary>What is guessed at.</summary>
internal enum SignInStep
{
    Password,

    /// <summary>The second factor: whoever gets here knows the password already.</summary>
    Code,
}

/// <summary>
/// Slows guessing down without ever shutting the owner out: failures count against the pair of account and network they came from, and against the network as a
/// whole; wrong codes besides against the account, wherever they come from, and all of them together. A browser that signed in before (it holds a signed cookie) has
/// a count of its own, so what strangers do elsewhere, or even behind the same address, never delays it. Tries that are under way count as failures until they are
/// known not to be: a thousand at once are no way around it. Held in memory, bounded; each node counts for itself.
/// </summary>
internal sealed class SignInThrottle(TimeProvider clock)
{
    private const int FreeTries = 5;
    private const int NetworkFreeTries = 40;
    private const int AccountFreeCodes = 10;
    private const int AllFreeCodes = 100;
    private const int MaxRemembered = 50_000;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <summary>All together are slowed a little only: somebody with an account of their own could else keep everybody out.</summary>
    private static readonly TimeSpan LongestOfAll = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan ForgetAfter = TimeSpan.FromHours(1);

    /// <summary>A code is one of a million, and an attacker patient.</summary>
    private static readonly TimeSpan ForgetCodesAfter = TimeSpan.FromDays(1);

    private static readonly TimeSpan UnderWay = TimeSpan.FromSeconds(1);

    private readonly Lock _counting = new();
    private readonly Dictionary<string, Failures> _failures = [];
    private readonly Dictionary<string, int> _running = [];

    /// <summary>How long this try has to wait; zero when it may go on.</summary>
    /// <param name="device">The known browser's number; null for an unknown one.</param>
    public TimeSpan Wait(string account, IPAddress? address, string? device, SignInStep step = SignInStep.Password)
    {
        lock (_counting)
            return Longer(Keys(account, address, device, step), clock.GetUtcNow());
    }

    /// <summary>Begins a try, unless it has to wait. Dispose what is returned when its outcome is known.</summary>
    public SignInTry Begin(string account, IPAddress? address, string? device, SignInStep step = SignInStep.Password)
    {
        var keys = Keys(account, address, device, step);
        lock (_counting)
        {
            var wait = Longer(keys, clock.GetUtcNow());
            if (wait > TimeSpan.Zero)
                return new SignInTry(this, [], wait);
            foreach (var key in keys)
                _running[key.Name] = _running.GetValueOrDefault(key.Name) + 1;
            return new SignInTry(this, keys, TimeSpan.Zero);
        }
    }

    public void Failed(string account, IPAddress? address, string? device, SignInStep step = SignInStep.Password) =>
        Failed(Keys(account, address, device, step));

    public void Succeeded(string account, IPAddress? address, string? device, SignInStep step = SignInStep.Password)
    {
        lock (_counting)
            _failures.Remove(Keys(account, address, device, step)[0].Name);
    }

    /// <summary>Wrong codes for an account that count now.</summary>
    public int WrongCodes(string account)
    {
        lock (_counting)
            return _failures.TryGetValue(AccountCodes(account), out var failures) ? failures.Count : 0;
    }

    private void Failed(ThrottleKey[] keys)
    {
        var now = clock.GetUtcNow();
        lock (_counting)
        {
            if (_failures.Count > MaxRemembered)
                Forget(now);
            foreach (var key in keys)
            {
                var before = _failures.TryGetValue(key.Name, out var failures) && now - failures.Last < key.Kept ? failures.Count : 0;
                _failures[key.Name] = new Failures(before + 1, now, key.Kept);
            }
        }
    }

    private void Ended(ThrottleKey[] keys)
    {
        lock (_counting)
        {
            foreach (var key in keys)
            {
                var left = _running.GetValueOrDefault(key.Name) - 1;
                if (left > 0)
                    _running[key.Name] = left;
                else
                    _running.Remove(key.Name);
            }
        }
    }

    private TimeSpan Longer(ThrottleKey[] keys, DateTimeOffset now)
    {
        var longest = TimeSpan.Zero;
        foreach (var key in keys)
        {
            var wait = Of(key, now);
            longest = wait > longest ? wait : longest;
        }
        return longest;
    }

    private TimeSpan Of(ThrottleKey key, DateTimeOffset now)
    {
        var failures = _failures.TryGetValue(key.Name, out var known) && now - known.Last < key.Kept ? known : default;
        var wait = TimeSpan.Zero;
        if (failures.Count >= key.Free)
        {
            var pause = TimeSpan.FromSeconds(Math.Min(key.Longest.TotalSeconds, 2 * Math.Pow(2, failures.Count - key.Free)));
            wait = failures.Last + pause - now;
        }
        // Of those who have to wait between tries, one at a time.
        var running = _running.GetValueOrDefault(key.Name);
        return wait <= TimeSpan.Zero && running > 0 && failures.Count + running >= key.Free ? UnderWay : wait;
    }

    private static ThrottleKey[] Keys(string account, IPAddress? address, string? device, SignInStep step)
    {
        var kept = step == SignInStep.Code ? ForgetCodesAfter : ForgetAfter;
        var what = step == SignInStep.Code ? "code " : "";
        if (device is not null)
            return [new($"{what}device {device} {account}", FreeTries, Longest, kept)];
        var network = NetworkOf(address);
        var pair = new ThrottleKey($"{what}pair {network} {account}", FreeTries, Longest, kept);
        var whole = new ThrottleKey($"network {network}", NetworkFreeTries, Longest, ForgetAfter);
        return step == SignInStep.Password
            ? [pair, whole]
            : [pair, whole, new(AccountCodes(account), AccountFreeCodes, Longest, kept), new("codes", AllFreeCodes, LongestOfAll, ForgetAfter)];
    }

    private static string AccountCodes(string account) => $"codes of {account}";

    /// <summary>IPv4 by address, IPv6 by /64: what one customer has.</summary>
    internal static string NetworkOf(IPAddress? address)
    {
        if (address is null)
            return "";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)) : address.ToString();
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var key in _failures.Where(entry => now - entry.Value.Last > entry.Value.Kept).Select(entry => entry.Key).ToList())
            _failures.Remove(key);
        // Still too many: a flood from everywhere. The oldest half goes.
        if (_failures.Count > MaxRemembered)
        {
            foreach (var key in _failures.OrderBy(entry => entry.Value.Last).Take(MaxRemembered / 2).Select(entry => entry.Key).ToList())
                _failures.Remove(key);
        }
    }

    private readonly record struct Failures(int Count, DateTimeOffset Last, TimeSpan Kept);

    /// <summary>Something that failures count against.</summary>
    /// <param name="Free">Failures before the first pause.</param>
    /// <param name="Longest">Of pauses, which double.</param>
    /// <param name="Kept">How long after the last failure they are forgotten.</param>
    internal readonly record struct ThrottleKey(string Name, int Free, TimeSpan Longest, TimeSpan Kept);

    /// <summary>A try to sign in that is under way, or has to wait.</summary>
    /// <param name="Wait">Zero when it may go on.</param>
    internal sealed record SignInTry(SignInThrottle Throttle, ThrottleKey[] Keys, TimeSpan Wait) : IDisposable
    {
        public bool MayGoOn => Wait <= TimeSpan.Zero;

        public void Failed() => Throttle.Failed(Keys);

        public void Dispose() => Throttle.Ended(Keys);
    }
}
