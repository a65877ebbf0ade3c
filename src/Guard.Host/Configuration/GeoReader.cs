using System.Collections.Immutable;

namespace Guard.Host.Configuration;

/// <summary>Reads <c>geo</c>.</summary>
internal static class GeoReader
{
    private static readonly ImmutableDictionary<string, GeoData> Kinds = ImmutableDictionary.CreateRange<string, GeoData>([
        new("country", GeoData.Country),
        new("as", GeoData.As),
        new("city", GeoData.City),
    ]);

    public static GeoSettings Read(NodeReader reader, Func<string, string> resolve)
    {
        var settings = new GeoSettings(
            [.. reader.Words("files", []).Select(resolve)],
            resolve(reader.Text("overrides", "")),
            reader.Switch("fetch-default", true)
        )
        {
            Fetch = Fetched(reader),
            Registry = Web(reader, "registry", "", "an address such as https://registry.npmjs.org/"),
            RenewEvery = reader.Duration("renew-every", TimeSpan.FromDays(7), TimeSpan.Zero, TimeSpan.FromDays(365)),
        };
        settings = settings with { MaxMind = MaxMind(reader.Section("maxmind"), settings.MaxMind, resolve) };
        reader.Close();
        return settings;
    }

    private static ImmutableArray<GeoData> Fetched(NodeReader reader)
    {
        if (!reader.Has("fetch"))
            return [GeoData.Country, GeoData.As];
        var chosen = ImmutableArray.CreateBuilder<GeoData>();
        foreach (var word in reader.Words("fetch", []))
        {
            if (Kinds.TryGetValue(word.ToLowerInvariant(), out var kind))
                chosen.Add(kind);
            else
                reader.Fault("fetch", $"'{word}' is not known", "country, as, city");
        }
        return chosen.ToImmutable();
    }

    private static MaxMindSettings MaxMind(NodeReader reader, MaxMindSettings usual, Func<string, string> resolve)
    {
        var settings = new MaxMindSettings(
            reader.Text("account", ""),
            new Secret(reader.Text("licence-key", ""), resolve(reader.Text("licence-key-file", ""))),
            reader.Words("editions", []),
            Web(reader, "address", usual.Address, $"an address such as {usual.Address}")
        );
        if (settings.Editions.Length > 0 && (settings.Account.Length == 0 || settings.LicenceKey.IsNone))
            reader.Fault("editions", "cannot be fetched without account and licence-key-file", "both, as your account at MaxMind shows them");
        if (settings.Editions.FirstOrDefault(edition => edition.Length == 0 || !edition.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')) is { } odd)
            reader.Fault("editions", $"'{odd}' is no edition", "names such as GeoLite2-City");
        reader.Close();
        return settings;
    }

    private static string Web(NodeReader reader, string key, string otherwise, string expected)
    {
        var text = reader.Text(key, otherwise);
        if (
            text.Length == 0
            || (Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp))
        )
            return text;
        reader.Fault(key, $"'{text}' is not an address of the web", expected);
        return otherwise;
    }
}
