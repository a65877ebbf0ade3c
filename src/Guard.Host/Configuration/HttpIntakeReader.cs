using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;
using Guard.Messages.Identity;

namespace Guard.Host.Configuration;

/// <summary>Reads <c>intake.http</c>.</summary>
internal static partial class HttpIntakeReader
{
    private static readonly IReadOnlyDictionary<string, ApiScope> Scopes = new Dictionary<string, ApiScope>
    {
        ["observe"] = ApiScope.Observe,
        ["decide"] = ApiScope.Decide,
    };

    public static HttpIntakeSettings Read(NodeReader reader)
    {
        var usual = new HttpIntakeSettings();
        var tokens = reader.Section("tokens");
        var settings = usual with
        {
            Tokens = [.. tokens.Keys.Select(name => Token(tokens, name)).OfType<ApiToken>()],
            MaxLines = reader.Number("most-lines", usual.MaxLines, 1, 1_000_000),
            LongestLine = reader.Number("longest-line", usual.LongestLine, 256, 1 << 20),
            LongestBody = reader.Number("longest-body", usual.LongestBody, 1024, 256 << 20),
            LinesPerSecond = reader.Number("lines-per-second", usual.LinesPerSecond, 1, 10_000_000),
            MaxAtWork = reader.Number("most-at-work", usual.MaxAtWork, 1, 10_000),
        };
        foreach (var twice in settings.Tokens.GroupBy(token => Convert.ToHexString(token.Hash.AsSpan())).Where(group => group.Count() > 1))
            tokens.Fault(twice.Last().Name, "has the token of another one", "a token of its own: accountguard token new");
        reader.Close();
        return settings;
    }

    private static ApiToken? Token(NodeReader tokens, string name)
    {
        var reader = tokens.Section(name);
        if (!ApiToken.IsName(name))
            tokens.Fault(name, "is no name for a token", "up to 40 small letters, digits, dots and hyphens");
        var hash = reader.Text("sha256", "");
        var scopes = ApiScope.None;
        foreach (var word in reader.WordNodes("scopes"))
        {
            if (Scopes.TryGetValue(word.Text!, out var scope))
                scopes |= scope;
            else
                reader.Fault("scopes", $"'{word.Text}' is not known", $"any of {string.Join(", ", Scopes.Keys)}");
        }
        if (scopes == ApiScope.None)
            reader.Fault("scopes", "allow nothing", "a list such as [observe] or [observe, decide]");
        var sites = reader.Words("sites", []).Select(site => new SiteId(site.ToLowerInvariant())).ToFrozenSet();
        var expires = Expires(reader);
        reader.Close();
        if (HashText().IsMatch(hash))
            return new ApiToken(name, [.. Convert.FromHexString(hash)], scopes, sites) { Expires = expires };
        reader.Fault("sha256", hash.Length == 0 ? "is missing" : "is no SHA-256", "64 hexadecimal digits, as accountguard token new prints them");
        return null;
    }

    /// <summary>The first day, in UTC, on which it lets nobody in any more.</summary>
    private static DateTimeOffset? Expires(NodeReader reader)
    {
        if (reader.Word("expires") is not { } text)
            return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        reader.Fault("expires", $"'{text}' is not a day", "a day such as 2027-11-26");
        return null;
    }

    [GeneratedRegex(@"^[0-9A-Fa-f]{64}$", RegexOptions.CultureInvariant)]
    private static partial Regex HashText();
}
