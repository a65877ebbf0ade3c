using System.Collections.Immutable;
using Guard.Actors.Behaviour;
using Guard.Messages.Observations;

namespace Guard.Actors.Users;

/// <summary>
/// Logins that a server reported while it asked, by service, outcome and address: 32 bits of their hash above the second of the last one. What a log
/// tells of the same kind within a short time is the same login. Every one is reported, so that one entry serves for many of the same kind.
/// </summary>
public static class InlineLogins
{
    /// <summary>As many kinds as one account may have between its server's report and its log.</summary>
    public const int Most = 32;

    /// <summary>Dovecot makes a failed login wait before its log tells of it.</summary>
    private const long LogFollowsWithin = 30;

    /// <summary>A log's clock has whole seconds, and is another machine's.</summary>
    private const long LogPrecedesBy = 5;

    private const uint ForgetAfterSeconds = 600;
    private const ulong HashMask = 0xFFFF_FFFF_0000_0000;

    public static bool Tell(ImmutableArray<ulong> logins, Login login)
    {
        if (logins.IsEmpty)
            return false;
        var hash = Hash(login);
        var second = login.At.ToUnixTimeSeconds();
        foreach (var one in logins)
        {
            var after = (int)((uint)second - (uint)one);
            if ((one & HashMask) == hash && after is >= (int)-LogPrecedesBy and <= (int)LogFollowsWithin)
                return true;
        }
        return false;
    }

    public static ImmutableArray<ulong> Add(ImmutableArray<ulong> logins, Login login)
    {
        var hash = Hash(login);
        var now = (uint)login.At.ToUnixTimeSeconds();
        var kept = logins.RemoveAll(one => (one & HashMask) == hash || now - (uint)one > ForgetAfterSeconds);
        return (kept.Length < Most ? kept : kept.RemoveAt(0)).Add(hash | now);
    }

    private static ulong Hash(Login login) => StableHash.Of($"{(int)login.Service}/{login.Outcome == LoginOutcome.Succeeded}/{login.Place.Address}") & HashMask;
}
