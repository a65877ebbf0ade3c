using System.CommandLine;
using Guard.Host.Node;

namespace Guard.Host.Commands;

/// <summary>What was probably meant by a word that is no command and no option.</summary>
internal static class NearMiss
{
    private const int MaxDistance = 2;

    /// <summary>The names within two slips of the finger, the nearest first; empty when nothing is near.</summary>
    public static IReadOnlyList<string> Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var names = command
            .Subcommands.Where(one => !one.Hidden)
            .Select(one => one.Name)
            .Concat(command.Options.Where(one => !one.Hidden).SelectMany(one => one.Aliases.Append(one.Name)))
            .ToArray();
        return
        [
            .. parsed
                .UnmatchedTokens.SelectMany(word => names.Select(name => (Name: name, Distance: AccountNames.Distance(word, name))))
                // A short word is near to everything.
                .Where(one => one.Distance <= Math.Min(MaxDistance, one.Name.Length / 2))
                .OrderBy(one => one.Distance)
                .Select(one => one.Name)
                .Distinct(),
        ];
    }
}
