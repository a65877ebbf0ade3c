using System.Collections.Immutable;
using Guard.Actors.Policies.Geography;
using Guard.Host.ConsoleModel.Contracts;

namespace Guard.Host.ConsoleModel.Policies;

/// <summary>Reads lists as people have them: exports of other tools, columns of a spreadsheet, one word a line.</summary>
internal sealed class ListImport : IListImport
{
    private const int MaxMistakes = 100;

    public ImportedList Read(ImportKind kind, string text)
    {
        var words = ImmutableArray.CreateBuilder<string>();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var mistakes = ImmutableArray.CreateBuilder<ImportMistake>();
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            var word = FirstColumn(line);
            // A heading is no mistake.
            if (
                word.Length == 0
                || (
                    words.Count == 0
                    && mistakes.Count == 0
                    && word.ToLowerInvariant() is "country" or "code" or "network" or "address" or "ip" or "cidr" or "place"
                )
            )
                continue;
            if (Understand(kind, word, out var problem) is not { } sound)
            {
                if (mistakes.Count < MaxMistakes)
                    mistakes.Add(new ImportMistake(number, word.Length > 80 ? word[..80] + "…" : word, problem));
            }
            else if (seen.Add(sound))
            {
                words.Add(sound);
            }
        }
        return new ImportedList(words.ToImmutable(), mistakes.ToImmutable());
    }

    private static string FirstColumn(string line)
    {
        var text = line.Split('#')[0].Trim().TrimStart('\uFEFF');
        if (text.StartsWith('"'))
            return text[1..].Split('"')[0].Trim();
        return text.Split(',', ';', '\t')[0].Trim();
    }

    private static string? Understand(ImportKind kind, string word, out string problem)
    {
        problem = "";
        if (kind == ImportKind.Networks)
        {
            if (NetworkPrefix.TryParse(word, out var network))
                return network.ToString();
            problem = "is not a network: such as 192.0.2.0/24, 2001:db8::/32 or an address";
            return null;
        }
        if (PlaceSet.TryParse([word], out _, out var error))
            return word.Length == 2 ? word.ToUpperInvariant() : word;
        problem = error ?? "is not a place";
        return null;
    }
}
