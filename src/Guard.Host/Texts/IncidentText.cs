using System.Collections.Immutable;
using System.Globalization;
using Guard.Actors.Policies.Geography;
using Guard.Actors.Reactions;
using Guard.Messages.Decisions;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Host.Texts;

/// <summary>Words for reactions, shared by replay, reports and explain.</summary>
public static class IncidentText
{
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    public static string Name(Rung rung) => rung.ToString().ToLowerInvariant();

    /// <summary>What strangers wrote, as it may be shown.</summary>
    public static string Safe(string text) => Printable.Of(text);

    /// <summary>Whether a character does something to a terminal, or shows as nothing.</summary>
    public static bool IsUnsafe(char c) =>
        !char.IsAscii(c)
            ? char.GetUnicodeCategory(c)
                is UnicodeCategory.Control
                    or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator
            : char.IsControl(c);

    /// <summary>Whom an effect is about.</summary>
    public static string Subject(Effect effect) => effect.Site is { } site ? Subject(site) : effect.User.Value;

    public static string Subject(SiteId site) => site == SiteId.Host ? "all sites" : $"site {site.Value}";

    public static string Place(string address, string country) =>
        country.Length == 0 && address.Length == 0 ? "" : $" from {address}{(country.Length == 0 ? "" : $" ({Countries.NameOf(country)})")}";

    public static IEnumerable<string> Reasons(ImmutableArray<Reason> reasons) =>
        reasons
            .OrderByDescending(reason => reason.Bits == 0 ? double.MaxValue : reason.Bits)
            .Select(reason =>
                reason.Bits > 0
                    ? FormattableString.Invariant($"{reason.Bits,5:0.0} bits  {Safe(ReasonText.Of(reason))}")
                    : $"rule        {Safe(ReasonText.Of(reason))}"
            );

    public static string Consequence(Rung rung, DateTimeOffset? until, GuardMode mode, LockGrade grade = LockGrade.Everything)
    {
        var would = mode == GuardMode.Observe ? "would be " : "";
        var what = rung switch
        {
            Rung.Reported => "reported only",
            Rung.Restricted => $"{would}held to a share of its quotas",
            Rung.Suspended => $"{would}locked for a while{Of(grade)}",
            Rung.Blocked => $"{would}locked{Of(grade)}, and its strange addresses {would}blocked in the firewall",
            _ => "nothing is limited any more",
        };
        return until is { } end ? $"{what} until {Time(end)} UTC" : what;
    }

    private static string Of(LockGrade grade) =>
        grade switch
        {
            LockGrade.Sending => " for sending",
            LockGrade.Strange => " for strange networks",
            _ => "",
        };
}
