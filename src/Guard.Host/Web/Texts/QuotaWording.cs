using System.Globalization;
using System.Text.RegularExpressions;

namespace Guard.Host.Web.Texts;

/// <summary>Quotas as entities name them (<c>50 recipients per 1d from suspicious places</c>), in the reader's language.</summary>
public static partial class QuotaWording
{
    /// <param name="quota">As an entity names it; anything else comes back as it is.</param>
    public static string Name(string quota)
    {
        if (Form().Match(quota) is not { Success: true } parts)
            return quota;
        var amount = long.Parse(parts.Groups["amount"].ValueSpan, CultureInfo.InvariantCulture);
        var name = Wording.Say("quota.name", Wording.Number(amount), Unit(parts.Groups["unit"].Value, amount), Window(parts.Groups["per"].Value));
        if (parts.Groups["when"] is { Success: true } when)
            name = Wording.Say($"quota.from-{when.Value}", name);
        if (parts.Groups["of"] is { Success: true } of)
            name = Wording.Say($"quota.of-{of.Value.Split(' ')[^1]}", name);
        return parts.Groups["share"] is { Success: true } share ? Wording.Say("quota.restricted", name, share.Value, parts.Groups["all"].Value) : name;
    }

    /// <summary>The same of what a policy says.</summary>
    public static string Name(string amount, string unit, string per, string when, string of)
    {
        var name = Wording.Say("quota.name", amount, Wording.Has($"unit.{unit}") ? Wording.Say($"unit.{unit}", amount) : unit, per.Length > 1 ? Window(per) : per);
        if (when is "usual" or "neutral" or "suspicious" or "elsewhere")
            name = Wording.Say($"quota.from-{when}", name);
        return of is "site" or "address" or "network" ? Wording.Say($"quota.of-{of}", name) : name;
    }

    private static string Unit(string unit, long amount)
    {
        var word = unit.Split(' ')[^1];
        if (Wording.Has($"unit.{word}"))
            return Wording.Say($"unit.{word}", Wording.Number(amount));
        return Wording.Has($"choice.{word}") ? Wording.Say($"choice.{word}") : unit;
    }

    private static string Window(string per) => per[..^1] == "1" && Wording.Has($"per.{per[^1]}") ? Wording.Say($"per.{per[^1]}") : $"{per[..^1]} {per[^1]}";

    [GeneratedRegex(
        @"^(?<amount>\d{1,18}) (?<unit>[a-z ]+) per (?<per>\d+[dhms])(?: from (?:(?<when>usual|neutral|suspicious) places|(?<when>elsewhere)))?(?: for (?<of>the whole site|one address|one network))?(?: \((?<share>[\d.]+) % of (?<all>\d+) while restricted\))?$"
    )]
    private static partial Regex Form();
}
