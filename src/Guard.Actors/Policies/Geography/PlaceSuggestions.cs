using System.Collections.Frozen;

namespace Guard.Actors.Policies.Geography;

/// <summary>What somebody may have meant by a word that is no place: another usual name of a country, its name in its own language or in German, or a slip.</summary>
internal static class PlaceSuggestions
{
    /// <summary>Longer words are no slips of the names here, and comparing them would only take time.</summary>
    private const int MaxLength = 40;

    /// <summary>Codes by names that people write; the keys have no accents.</summary>
    private static readonly FrozenDictionary<string, string> OtherNames = Read(
        """
        GB UK|Great Britain|Britain|England|Scotland|Wales|Grossbritannien|Vereinigtes Konigreich|GBR
        US USA|America|United States of America|Amerika|Vereinigte Staaten
        DE Deutschland|GER|DEU|BRD|Allemagne|Alemania
        AT Osterreich|Oesterreich|AUT
        CH Schweiz|Suisse|Svizzera|Swiss|CHE|SUI
        FR Frankreich|Francia|FRA
        IT Italien|Italia|ITA
        ES Spanien|Espana|ESP
        PT PRT|POR
        NL Niederlande|Nederland|Holland|The Netherlands|NED|NLD
        BE Belgien|Belgique|Belgie|BEL
        LU Luxemburg|LUX
        IE Irland|Eire|Republic of Ireland|IRL
        DK Danemark|Danmark|Daenemark|DEN|DNK
        SE Schweden|Sverige|SWE
        NO Norwegen|Norge|NOR
        FI Finnland|Suomi|FIN
        IS Island|ISL
        PL Polen|Polska|POL
        CZ Tschechien|Cesko|Czech Republic|CZE
        SK Slowakei|Slovensko|Slovak Republic|SVK
        HU Ungarn|Magyarorszag|HUN
        RO Rumanien|Rumaenien|Rumania|ROU|ROM
        BG Bulgarien|BUL|BGR
        GR Griechenland|Hellas|EL|GRE|GRC
        HR Kroatien|Hrvatska|CRO|HRV
        SI Slowenien|Slovenija|SLO|SVN
        RS Serbien|Srbija|SRB
        BA Bosnien|Bosnia
        MK Macedonia|Mazedonien|Nordmazedonien
        AL Albanien|Shqiperi
        UA Ukraina|UKR
        RU Russland|Russian Federation|Rossija|RUS
        BY Weissrussland|BLR
        TR Turkei|Tuerkei|Turkiye|TUR
        EE Estland|Eesti
        LV Lettland|Latvija
        LT Litauen|Lietuva
        CY Zypern
        CN VR China|PRC|Peoples Republic of China|CHN
        JP Nippon|JPN
        KR Korea|Sudkorea|Republic of Korea|KOR
        KP Nordkorea|DPRK
        IN Indien|Bharat|IND
        VN Viet Nam|VNM
        AE UAE|Vereinigte Arabische Emirate|Emirates
        SA KSA|Saudi-Arabien
        IL Israel|ISR
        IR Persia
        EG Agypten|Aegypten
        MA Marokko|Maroc
        ZA Sudafrika|RSA
        NG Nigerien
        CD DRC|Congo Kinshasa
        CI Elfenbeinkuste|Ivory Coast
        BR Brasilien|Brasil|BRA
        AR Argentinien
        MX Mexiko|MEX
        CA Kanada|CAN
        AU Australien|AUS
        NZ Neuseeland|NZL
        TW Taiwan ROC|Republic of China
        MM Burma|Birma
        SZ Swaziland
        TL East Timor
        CV Cape Verde
        VA Vatikan|Holy See
        """
    );

    /// <summary>The words that may have been meant, as policies write them; empty when there is nothing near.</summary>
    public static string Of(string word)
    {
        var plain = Plain(word);
        if (plain.Length is 0 or > MaxLength)
            return "";
        if (OtherNames.TryGetValue(plain, out var code))
            return $"{code} ({Countries.NameOf(code)})";
        if (plain.Length < 4)
            return "";
        var names = Countries
            .All.Select(country => (country.Name, Text: $"{country.Code} ({country.Name})"))
            .Concat(Countries.Continents.Select(continent => (Name: continent.Value, Text: continent.Value)))
            .Concat(Countries.Regions.Select(region => (Name: region.Value, Text: region.Value)));
        var best = names.Select(name => (name.Text, Slips: EditDistance.Of(plain, Plain(name.Name)))).MinBy(name => name.Slips);
        if (best.Slips <= (plain.Length < 6 ? 1 : 2))
            return best.Text;
        return Countries.All.FirstOrDefault(country => Plain(country.Name).StartsWith(plain[..4], StringComparison.Ordinal)) is { } near
            ? $"{near.Code} ({near.Name})"
            : "";
    }

    /// <summary>In capitals, without accents and signs.</summary>
    private static string Plain(string word)
    {
        var plain = new System.Text.StringBuilder(word.Length);
        foreach (var c in word.Trim())
        {
            if (c == 'ß')
                plain.Append("SS");
            else if (char.IsLetterOrDigit(c))
                plain.Append(WithoutAccent(char.ToUpperInvariant(c)));
        }
        return plain.ToString();
    }

    /// <summary>By hand: without the system's globalization data no text can be decomposed.</summary>
    private static char WithoutAccent(char c) =>
        c switch
        {
            >= 'À' and <= 'Å' or 'Ă' or 'Ą' => 'A',
            'Ç' or 'Č' or 'Ć' => 'C',
            >= 'È' and <= 'Ë' or 'Ę' or 'Ě' or 'Ē' => 'E',
            >= 'Ì' and <= 'Ï' or 'İ' => 'I',
            'Ñ' or 'Ń' => 'N',
            >= 'Ò' and <= 'Ö' or 'Ø' or 'Ő' => 'O',
            'Ș' or 'Ş' or 'Š' or 'Ś' => 'S',
            >= 'Ù' and <= 'Ü' or 'Ű' or 'Ů' => 'U',
            'Ž' or 'Ź' or 'Ż' => 'Z',
            _ => c,
        };

    private static FrozenDictionary<string, string> Read(string table) =>
        table
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .SelectMany(line => line[3..].Split('|').Select(name => KeyValuePair.Create(Plain(name), line[..2])))
            .DistinctBy(pair => pair.Key)
            .ToFrozenDictionary();
}
