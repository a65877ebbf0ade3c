using System.Collections.Frozen;
using System.Globalization;
using System.Resources;
using Guard.Actors.Policies.Geography;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Messages.Policies;

namespace Guard.Host.Web.Texts;

/// <summary>The console's words in the language of whoever looks. Texts.resx and Texts.de.resx hold the same keys; a test sees to it.</summary>
public static class Wording
{
    private static readonly ResourceManager Resources = new("Guard.Host.Web.Texts.Texts", typeof(Wording).Assembly);
    private static readonly Lazy<FrozenDictionary<string, string>> GermanCountries = new(ReadGermanCountries);

    /// <param name="key">A key of the texts; one that is not there shows itself.</param>
    public static string Say(string key) => Resources.GetString(key, CultureInfo.CurrentUICulture) ?? $"[{key}]";

    public static string Say(string key, params ReadOnlySpan<object?> values) => string.Format(CultureInfo.CurrentCulture, Say(key), values);

    public static bool Has(string key) => Resources.GetString(key, CultureInfo.CurrentUICulture) is not null;

    public static string Name(Rung rung) => Say($"rung.{rung}");

    /// <summary>A country's name; "unknown" for none.</summary>
    public static string Country(string code)
    {
        if (code.Length == 0)
            return Say("country.unknown");
        // By its name: without the system's cultures all of them have the invariant's two letters.
        if (CultureInfo.CurrentUICulture.Name == "de" && GermanCountries.Value.TryGetValue(code, out var german))
            return german;
        return Countries.NameOf(code);
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
            _ when reason.Subject.Length == 2 && Countries.Find(reason.Subject) is not null => Country(reason.Subject),
            _ => reason.Subject,
        };
        return Say(key, Number(reason.Value), Number(reason.Usual), subject, Percent(reason.Value), Percent(reason.Usual));
    }

    /// <summary>Several things as one speaks of them: a, b and c.</summary>
    public static string And(IEnumerable<string> things) => Joined([.. things], "list.and");

    /// <summary>a, b or c.</summary>
    public static string Or(IEnumerable<string> things) => Joined([.. things], "list.or");

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("g", CultureInfo.CurrentCulture);

    public static string Day(DateOnly day) => day.ToString("d", CultureInfo.CurrentCulture);

    public static string Number(double value) => value.ToString(Math.Abs(value) >= 100 ? "#,0" : "0.#", CultureInfo.CurrentCulture);

    private static string Joined(string[] things, string last) =>
        things.Length < 2 ? string.Concat(things) : Say(last, string.Join(", ", things[..^1]), things[^1]);

    private static string Percent(double share) => (share * 100).ToString("0.#", CultureInfo.CurrentCulture) + " %";

    private static FrozenDictionary<string, string> ReadGermanCountries()
    {
        using var reader = new StreamReader(typeof(Wording).Assembly.GetManifestResourceStream("Guard.Host.Web.Texts.countries.german.txt")!);
        return reader.ReadToEnd().Split('\n').Where(line => line.Length > 3 && line[0] != '#').ToFrozenDictionary(line => line[..2], line => line[3..].Trim());
    }
}
