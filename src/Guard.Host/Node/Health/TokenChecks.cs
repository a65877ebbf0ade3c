using System.Collections.Immutable;
using System.Globalization;
using Guard.Host.Configuration;

namespace Guard.Host.Node.Health;

/// <summary>Until when the tokens of programs let in that the configuration names.</summary>
internal static class TokenChecks
{
    private static readonly TimeSpan SoonOver = TimeSpan.FromDays(14);

    public static IEnumerable<Finding> Look(ImmutableArray<ApiToken> tokens, DateTimeOffset now) => tokens.Select(token => Look(token, now));

    private static Finding Look(ApiToken token, DateTimeOffset now)
    {
        var check = $"token {token.Name}";
        const string renew = "accountguard token new makes another; put it in its place here and at the program";
        if (token.Expires is not { } end)
            return Finding.Warning(check, "has no end: whoever gets it keeps it", "give it one: expires = 2027-11-26");
        var day = end.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return end <= now ? Finding.Fault(check, $"lets nobody in since {day}", renew)
            : end - now < SoonOver ? Finding.Warning(check, $"ends at {day}", renew)
            : Finding.Ok(check, $"until {day}");
    }
}
