using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using Guard.Host.Node;

namespace Guard.Host.Commands;

/// <summary>What was probably meant by a word that is no command, no option and none of the words that may stand there.</summary>
internal static class NearMiss
{
    private const int MaxDistance = 2;

    /// <summary>Says what is wrong with a command line, what was probably meant, and where help is; the exit code of bad usage.</summary>
    public static int Refuse(ParseResult parsed, TextWriter errors)
    {
        var near = string.Join(" or ", Of(parsed));
        if (near.Length > 0 && parsed.CommandResult.Command is RootCommand && parsed.UnmatchedTokens is [var word, ..] && !word.StartsWith('-'))
        {
            errors.WriteLine($"there is no command '{word}'; did you mean {near}?");
            return 2;
        }
        foreach (var error in parsed.Errors)
            errors.WriteLine(error.Message.ReplaceLineEndings(" "));
        if (near.Length > 0)
            errors.WriteLine($"did you mean {near}?");
        errors.WriteLine(
            parsed.CommandResult.Command is RootCommand
                ? "'accountguard --help' lists the commands"
                : $"'accountguard {HelpWithExample.PathOf(parsed.CommandResult.Command)} --help' shows how it is used"
        );
        return 2;
    }

    /// <summary>The names within two slips of the finger, the nearest first; empty when nothing is near.</summary>
    public static IReadOnlyList<string> Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        string[] options = [.. command.Options.Where(one => !one.Hidden).SelectMany(one => one.Aliases.Append(one.Name))];
        string[] names = [.. command.Subcommands.Where(one => !one.Hidden).Select(one => one.Name), .. options];
        return
        [
            .. parsed
                .UnmatchedTokens.SelectMany(word => names.Select(name => (Word: word, Name: name)))
                .Concat(parsed.Errors.Select(error => error.SymbolResult).OfType<SymbolResult>().SelectMany(refused => Allowed(refused, options)))
                .Select(one => (one.Name, Distance: AccountNames.Distance(one.Word, one.Name)))
                // A short word is near to everything.
                .Where(one => one.Distance <= Math.Min(MaxDistance, one.Name.Length / 2))
                .OrderBy(one => one.Distance)
                .Select(one => one.Name)
                .Distinct(),
        ];
    }

    /// <summary>Whether a word looks like an option's name; a hyphen alone is standard input.</summary>
    public static bool IsOption(string word) => word.Length > 1 && word[0] == '-' && !char.IsAsciiDigit(word[1]);

    /// <summary>Each word that was refused there, with each that may stand there.</summary>
    private static IEnumerable<(string Word, string Name)> Allowed(SymbolResult refused, string[] options)
    {
        IEnumerable<CompletionItem> allowed = refused switch
        {
            ArgumentResult argument => argument.Argument.GetCompletions(CompletionContext.Empty),
            OptionResult option => option.Option.GetCompletions(CompletionContext.Empty),
            _ => [],
        };
        return refused.Tokens.SelectMany(word =>
            IsOption(word.Value) ? options.Select(name => (word.Value, name)) : allowed.Select(name => (word.Value, name.Label))
        );
    }
}
