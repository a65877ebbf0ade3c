using System.Collections.Immutable;

namespace Guard.Host.Inspection.Editing;

/// <summary>What may follow what was typed: words of commands, choices of arguments, and accounts and sites that were named before.</summary>
public sealed class CommandCompletion
{
    public static ImmutableArray<string> Words(string line) => [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)];

    /// <param name="line">Up to the cursor.</param>
    /// <param name="earlier">Lines of the history, for names.</param>
    public IReadOnlyList<string> Candidates(string line, IEnumerable<string> earlier)
    {
        var words = Words(line);
        var typed = line.Length == 0 || line[^1] == ' ' ? "" : words[^1];
        var before = typed.Length == 0 ? words : words[..^1];
        if (before is ["guard", ..])
            before = before[1..];
        var candidates = Vocabulary.Commands.SelectMany(command => After(command, before, earlier));
        return
        [
            .. candidates
                .Concat(before.Length == 0 ? ["help", "exit"] : [])
                .Where(word => word.StartsWith(typed, StringComparison.Ordinal))
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>The longest beginning that all candidates share.</summary>
    public static string Common(IReadOnlyList<string> candidates)
    {
        var common = candidates.Count == 0 ? "" : candidates[0];
        foreach (var candidate in candidates)
        {
            var length = 0;
            while (length < common.Length && length < candidate.Length && common[length] == candidate[length])
                length++;
            common = common[..length];
        }
        return common;
    }

    private static IEnumerable<string> After(InspectionCommand command, ImmutableArray<string> before, IEnumerable<string> earlier)
    {
        var name = command.Name.Split(' ');
        if (before.Length < name.Length)
            return before.SequenceEqual(name.Take(before.Length)) ? [name[before.Length]] : [];
        var given = before.Length - name.Length;
        if (!before.Take(name.Length).SequenceEqual(name) || given >= command.Arguments.Length)
            return [];
        var argument = command.Arguments[given];
        if (!argument.Choices.IsEmpty)
            return argument.Choices;
        var names = earlier.SelectMany(line => Words(line));
        return argument.Kind switch
        {
            ArgumentKind.Account => names.Where(word => word.Contains('@', StringComparison.Ordinal)),
            ArgumentKind.Site => names.Where(word => word.Contains('@', StringComparison.Ordinal)).Select(word => word[(word.LastIndexOf('@') + 1)..]),
            ArgumentKind.AccountOrSite => names
                .Where(word => word.Contains('@', StringComparison.Ordinal))
                .SelectMany(word => new[] { word, word[(word.LastIndexOf('@') + 1)..] }),
            ArgumentKind.Duration => ["30m", "1h", "1d"],
            _ => [],
        };
    }
}
