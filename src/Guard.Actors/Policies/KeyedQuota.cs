using System.Collections.Concurrent;
using Guard.Messages.Policies;

namespace Guard.Actors.Policies;

/// <summary>A quota with the name under which its use is stored. The limit is not part of it, so that changing the limit keeps the count.</summary>
public sealed record KeyedQuota(Quota Quota)
{
    /// <summary>Keys are few (one per configured quota), so that each is read once.</summary>
    private static readonly ConcurrentDictionary<string, KeyedQuota> Known = new();

    public string Key { get; } = KeyOf(Quota);

    /// <summary>For people: <c>500 recipients per 1d</c>.</summary>
    public string Describe(int limit) =>
        $"{limit} {Quota.Unit.ToString().ToLowerInvariant()} per {Length(Quota.Per)}"
        + (Quota.When == PlaceClass.Any ? "" : $" from {Quota.When.ToString().ToLowerInvariant()} places")
        + (Quota.Of == QuotaScope.Site ? " for the whole site" : "");

    /// <summary>Reads a key back; the limit is not in it and is 0.</summary>
    /// <exception cref="FormatException">Not a quota's key.</exception>
    public static KeyedQuota Parse(string key) =>
        Known.GetOrAdd(
            key,
            static text =>
            {
                var parts = text.Split('/');
                if (parts.Length < 2 || !Enum.TryParse<QuotaUnit>(parts[0], true, out var unit) || !TryLength(parts[1], out var per))
                    throw new FormatException($"'{text}' is not the key of a quota");
                var when = PlaceClass.Any;
                var scope = QuotaScope.User;
                foreach (var part in parts.AsSpan(2))
                {
                    if (part == "site")
                        scope = QuotaScope.Site;
                    else if (!Enum.TryParse(part, true, out when))
                        throw new FormatException($"'{text}' is not the key of a quota");
                }
                return new KeyedQuota(new Quota(per, unit, 0, when, false, scope));
            }
        );

    private static bool TryLength(string text, out TimeSpan per)
    {
        per = default;
        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), out var number) || number <= 0)
            return false;
        per = text[^1] switch
        {
            'd' => TimeSpan.FromDays(number),
            'h' => TimeSpan.FromHours(number),
            'm' => TimeSpan.FromMinutes(number),
            's' => TimeSpan.FromSeconds(number),
            _ => default,
        };
        return per != default;
    }

    private static string KeyOf(Quota quota) =>
        $"{quota.Unit.ToString().ToLowerInvariant()}/{Length(quota.Per)}"
        + (quota.When == PlaceClass.Any ? "" : "/" + quota.When.ToString().ToLowerInvariant())
        + (quota.Of == QuotaScope.Site ? "/site" : "");

    private static string Length(TimeSpan per) =>
        per switch
        {
            _ when per.Ticks % TimeSpan.TicksPerDay == 0 => $"{(int)per.TotalDays}d",
            _ when per.Ticks % TimeSpan.TicksPerHour == 0 => $"{(int)per.TotalHours}h",
            _ when per.Ticks % TimeSpan.TicksPerMinute == 0 => $"{(int)per.TotalMinutes}m",
            _ => $"{(int)per.TotalSeconds}s",
        };
}
