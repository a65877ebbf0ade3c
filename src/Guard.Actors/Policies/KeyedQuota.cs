using System.Collections.Concurrent;
using System.Globalization;
using Guard.Messages.Policies;

namespace Guard.Actors.Policies;

/// <summary>A quota with the name under which its use is stored. The limit is not part of it, so that changing the limit keeps the count.</summary>
public sealed record KeyedQuota(Quota Quota)
{
    private static readonly TimeSpan ShortWindow = TimeSpan.FromMinutes(1);

    /// <summary>Keys are few (one per configured quota), so that each is read once.</summary>
    private static readonly ConcurrentDictionary<string, KeyedQuota> Known = new();

    public string Key { get; } = KeyOf(Quota);

    /// <summary>Its use is kept one by one, exact to the millisecond, and not in slots: different things, and what is counted in seconds.</summary>
    public bool IsExact { get; } = Quota.IsDistinct || (Quota.Of != QuotaScope.Site && Quota.Per < ShortWindow);

    /// <summary>How long an account may go on with what its site counted, without asking again: a 24th of the window.</summary>
    public TimeSpan Lasting { get; } = Quota.Per / (QuotaWindow.SlotCount - 1);

    /// <summary>For people: <c>500 recipients per 1d</c>.</summary>
    public string Describe(long limit) =>
        $"{limit} {WordOf(Quota.Unit)} per {Length(Quota.Per)}"
        + Quota.When.From()
        + Quota.Of switch
        {
            QuotaScope.Site => " for the whole site",
            QuotaScope.Address => " for one address",
            QuotaScope.Network => " for one network",
            _ => "",
        }
        + (limit < Quota.Limit ? string.Create(CultureInfo.InvariantCulture, $" ({100.0 * limit / Quota.Limit:0.#} % of {Quota.Limit} while restricted)") : "");

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
                var quota = new Quota(per, unit, 0);
                foreach (var part in parts.AsSpan(2))
                {
                    if (part == "repeats")
                        quota = quota with { Repeats = true };
                    else if (part is "site" or "address" or "network")
                        quota = quota with { Of = Enum.Parse<QuotaScope>(part, true) };
                    else if (Enum.TryParse<PlaceClass>(part, true, out var when))
                        quota = quota with { When = when };
                    else
                        throw new FormatException($"'{text}' is not the key of a quota");
                }
                return new KeyedQuota(quota);
            }
        );

    private static string WordOf(QuotaUnit unit) =>
        unit switch
        {
            QuotaUnit.Attempts => "login attempts",
            QuotaUnit.Passwords => "different wrong passwords",
            QuotaUnit.Addresses or QuotaUnit.Networks or QuotaUnit.Countries or QuotaUnit.Accounts => $"different {unit.ToString().ToLowerInvariant()}",
            _ => unit.ToString().ToLowerInvariant(),
        };

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
        + (quota.Of == QuotaScope.User ? "" : "/" + quota.Of.ToString().ToLowerInvariant())
        + (quota.Repeats ? "/repeats" : "");

    /// <summary>A length as settings have it: <c>1d</c>.</summary>
    public static string Length(TimeSpan per) =>
        per switch
        {
            _ when per.Ticks % TimeSpan.TicksPerDay == 0 => $"{(int)per.TotalDays}d",
            _ when per.Ticks % TimeSpan.TicksPerHour == 0 => $"{(int)per.TotalHours}h",
            _ when per.Ticks % TimeSpan.TicksPerMinute == 0 => $"{(int)per.TotalMinutes}m",
            _ => $"{(int)per.TotalSeconds}s",
        };
}
