using System.Collections.Immutable;
using Guard.Host.Node;

namespace Guard.Host.Inspection;

/// <summary>Everything that can be asked of a running guard. Written once; the console, one-shot commands, tools and Petabridge's <c>pbm</c> all speak
/// it.</summary>
public static class Vocabulary
{
    public static ImmutableArray<InspectionCommand> Commands { get; } =
    [
        .. HealthWords.Commands,
        .. UserWords.Commands,
        .. SiteWords.Commands,
        .. ExceptionWords.Commands,
        .. PolicyWords.Commands,
        .. BlockWords.Commands,
        .. ExemptWords.Commands,
        .. LockWords.Commands,
        .. QueueWords.Commands,
        .. OffWords.Commands,
        .. ActivityWords.Commands,
        .. IntakeWords.Commands,
        .. OutboxWords.Commands,
        .. ClusterWords.Commands,
    ];

    /// <summary>Finds the command that the words begin with; a leading <c>guard</c> is taken as the vocabulary's own name.</summary>
    /// <exception cref="InspectionException">There is none, or its arguments are wrong.</exception>
    public static (InspectionCommand Command, InspectionArguments Arguments) Parse(IReadOnlyList<string> words)
    {
        if (words.Count > 0 && words[0] == "guard")
            words = [.. words.Skip(1)];
        // Somebody may have put the whole command in quotes.
        if (words is [var quoted] && quoted.Contains(' ', StringComparison.Ordinal))
            words = quoted.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (var command in Commands)
        {
            var name = command.Name.Split(' ');
            if (words.Count >= name.Length && words.Take(name.Length).SequenceEqual(name))
                return (command, InspectionArguments.Of(command, [.. words.Skip(name.Length)]));
        }
        var begun = words.Count == 0 ? [] : Commands.Where(command => command.Name.Split(' ')[0] == words[0]).Select(command => command.Name).ToArray();
        throw new InspectionException(
            words.Count == 0 ? "no command was given"
            : Near(words) is { } near ? $"unknown command '{string.Join(' ', words.Take(2))}'; did you mean {near}?"
            : begun.Length > 0 ? $"one of {string.Join(", ", begun)}"
            : $"unknown command '{words[0]}'; one of {string.Join(", ", Commands.Select(command => command.Name))}"
        );
    }

    /// <summary>The command that was meant but for a slip of the finger; null when none is like it.</summary>
    private static string? Near(IReadOnlyList<string> words)
    {
        var near = Commands
            .Select(command => (command.Name, Distance: Distance(words, command.Name)))
            .Where(one => one.Distance is > 0 and <= 2)
            .OrderBy(one => one.Distance);
        return near.Select(one => one.Name).FirstOrDefault();
    }

    private static int Distance(IReadOnlyList<string> words, string name) => AccountNames.Distance(string.Join(' ', words.Take(name.Split(' ').Length)), name);
}
