using System.Collections.Immutable;
using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using Guard.Actors.Policies.Geography;
using Guard.Actors.Users;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Texts;
using Guard.Messages.Decisions;
using Guard.Messages.Policies;

namespace Guard.Host.Web.Texts;

/// <summary>The console's words in the language of whoever looks. Texts.resx and Texts.de.resx hold the same keys; a test sees to it.</summary>
public static partial class Wording
{
    private static readonly ResourceManager Resources = new("Guard.Host.Web.Texts.Texts", typeof(Wording).Assembly);

    /// <param name="key">A key of the texts; one that is not there shows itself.</param>
    public static string Say(string key) => Resources.GetString(key, CultureInfo.CurrentUICulture) ?? $"[{key}]";

    /// <param name="key">A key whose text has holes: <c>{0}</c>, and <c>{0|mail|mails}</c> for a word that hangs on whether the value is one.</param>
    public static string Say(string key, params ReadOnlySpan<object?> values) => string.Format(CultureInfo.CurrentCulture, Plurals(Say(key), values), values);

    public static bool Has(string key) => Resources.GetString(key, CultureInfo.CurrentUICulture) is not null;

    public static string Name(Rung rung) => Say($"rung.{rung}");

    /// <summary>A country's name; "unknown" for none.</summary>
    public static string Country(string code)
    {
        return code.Length == 0 ? Say("country.unknown") : CountryNames.Of(code, CultureInfo.CurrentUICulture.Name);
    }

    /// <summary>A reason in words: what was measured against what is usual.</summary>
    public static string Reason(ExplainedReason reason)
    {
        var key = $"reason.{reason.Code}";
        if (!Has(key))
            return reason.Text;
        var subject = reason.Code switch
        {
            "quota-exceeded" or "site-quota-exceeded" => QuotaWording.Name(reason.Subject),
            "login-rate" or "mail-rate" or "recipient-rate" when Has($"period.{reason.Subject}") => Say($"period.{reason.Subject}"),
            ReasonCodes.LockNotHeld or ReasonCodes.LockNowhere => reason.Subject == LockHold.Sending ? Say("goes-on.sending") : Phrases.Of(reason.Subject),
            ReasonCodes.NewCountry or ReasonCodes.RareCountry or ReasonCodes.OwnerElsewhere when CultureInfo.CurrentUICulture.Name == "de" =>
                CountryNames.GermanDative(reason.Subject),
            ReasonCodes.NewService => reason.Subject.ToUpperInvariant(),
            _ when reason.Subject.Length == 2 && Countries.Find(reason.Subject) is not null => Country(reason.Subject),
            _ => reason.Subject,
        };
        return Say(key, Number(reason.Value), Number(reason.Usual), subject, Percent(reason.Value), Percent(reason.Usual));
    }

    /// <summary>What is odd and what is usual, in a sentence or two: the rule that was broken, then the evidence.</summary>
    public static string Sentence(ImmutableArray<ExplainedReason> reasons)
    {
        if (reasons.IsDefaultOrEmpty)
            return "";
        var evidence = IncidentSentence.Of(
            reasons.Select(reason => new Reason(reason.Code, reason.Value, reason.Usual, reason.Bits, reason.Subject)),
            CultureInfo.CurrentUICulture.Name
        );
        var rule = reasons.FirstOrDefault(reason => reason.Bits == 0 && reason.Code != ReasonCodes.Learning) is { } broken ? Reason(broken) : "";
        if (rule.Length == 0)
            return evidence.Length > 0 ? evidence : Whole(Reason(reasons.MaxBy(reason => reason.Bits)!));
        return evidence.Length > 0 ? $"{Whole(rule)} {evidence}" : Whole(rule);
    }

    /// <summary>How an incident ended: <c>released by root</c>, in the reader's language.</summary>
    public static string Ended(string how)
    {
        var by = how.IndexOf(" by ", StringComparison.Ordinal);
        var (what, who) = by < 0 ? (how, "") : (how[..by], how[(by + 4)..]);
        var key = $"ended.{what.Replace(' ', '-')}";
        if (!Has(key))
            return how;
        return who.Length > 0 ? Say("ended.by", Say(key), who) : Say(key);
    }

    /// <summary>Several things as one speaks of them: a, b and c.</summary>
    public static string And(IEnumerable<string> things) => Joined([.. things], "list.and");

    /// <summary>a, b or c.</summary>
    public static string Or(IEnumerable<string> things) => Joined([.. things], "list.or");

    /// <summary>With a large first letter, as something that begins a line.</summary>
    public static string Capital(string text) => text.Length == 0 ? "" : char.ToUpper(text[0], CultureInfo.InvariantCulture) + text[1..];

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("g", CultureInfo.CurrentCulture);

    public static string Day(DateOnly day) => day.ToString("d", CultureInfo.CurrentCulture);

    public static string Number(double value) => value.ToString(Math.Abs(value) >= 100 ? "#,0" : "0.#", CultureInfo.CurrentCulture);

    private static string Joined(string[] things, string last) =>
        things.Length < 2 ? string.Concat(things) : Say(last, string.Join(", ", things[..^1]), things[^1]);

    /// <summary>As a sentence.</summary>
    private static string Whole(string text) => text.Length == 0 ? "" : Capital(text).TrimEnd('.') + ".";

    private static string Plurals(string text, ReadOnlySpan<object?> values)
    {
        if (!text.Contains('|', StringComparison.Ordinal))
            return text;
        var one = new bool[values.Length];
        for (var index = 0; index < values.Length; index++)
            one[index] = values[index]?.ToString() == "1";
        return Plural().Replace(text, word => word.Groups[one[int.Parse(word.Groups[1].ValueSpan, CultureInfo.InvariantCulture)] ? 2 : 3].Value);
    }

    [GeneratedRegex(@"\{(\d)\|([^|{}]*)\|([^|{}]*)\}")]
    private static partial Regex Plural();

    private static string Percent(double share) => Say("percent", (share * 100).ToString("0.#", CultureInfo.CurrentCulture));
}
