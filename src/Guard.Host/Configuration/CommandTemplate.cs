using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Guard.Host.Platform;

namespace Guard.Host.Configuration;

/// <summary>
/// An administrator's command as a list of arguments with placeholders such as <c>{address}</c>. Each argument stays one argument whatever its
/// values are, no shell sees them, and a value that could be taken for an option is refused.
/// </summary>
public sealed partial class CommandTemplate
{
    public static readonly string[] LockPlaceholders = ["user", "local", "domain", "seconds", "reason", "grade"];

    public static readonly string[] PasswordPlaceholders = ["user", "local", "domain", "reason"];

    public static readonly string[] FirewallPlaceholders = ["address", "network", "seconds", "reason"];

    private readonly ImmutableArray<string> _words;

    private CommandTemplate(ImmutableArray<string> words) => _words = words;

    /// <exception cref="ArgumentException">Empty, a relative program with a path, an unknown placeholder, or a placeholder for the program.</exception>
    public static CommandTemplate Parse(IReadOnlyList<string> words, params string[] known)
    {
        if (words.Count == 0 || words[0].Length == 0)
            throw new ArgumentException("a command needs at least a program", nameof(words));
        if (Placeholder().IsMatch(words[0]))
            throw new ArgumentException($"the program of a command is fixed, '{words[0]}' has a placeholder", nameof(words));
        if (words[0].Contains('/', StringComparison.Ordinal) && words[0][0] != '/')
            throw new ArgumentException($"the program of a command is a name or an absolute path, not '{words[0]}'", nameof(words));
        foreach (var word in words)
            foreach (Match match in Placeholder().Matches(word))
                if (!known.Contains(match.Groups[1].Value))
                    throw new ArgumentException(
                        $"{match.Value} is no placeholder of this command; there are {string.Join(", ", known.Select(name => "{" + name + "}"))}",
                        nameof(words)
                    );
        return new CommandTemplate([.. words]);
    }

    /// <summary>Whether a placeholder is used.</summary>
    public bool Mentions(string placeholder) => _words.Any(word => word.Contains($"{{{placeholder}}}", StringComparison.Ordinal));

    /// <summary>Fills in the values. Control characters become spaces, long values are cut.</summary>
    public ProcessRequest Fill(params (string Name, string Value)[] values)
    {
        // A reason is free text and may begin as it likes; a name or number that begins like an option is a mistake.
        var safe = values.ToDictionary(pair => pair.Name, pair => pair.Name == "reason" ? Safe(pair.Value).TrimStart('-', ' ') : Safe(pair.Value));
        var arguments = ImmutableArray.CreateBuilder<string>(_words.Length - 1);
        foreach (var word in _words.AsSpan()[1..])
        {
            var filled = Placeholder().Replace(word, match => safe[match.Groups[1].Value]);
            // The administrator may write options, a value may not become one.
            if (filled.StartsWith('-') && !word.StartsWith('-'))
                throw new ArgumentException($"'{filled}' in place of {word} would be taken for an option");
            arguments.Add(filled);
        }
        return new ProcessRequest(_words[0], arguments.ToImmutable());
    }

    private static string Safe(string value)
    {
        const int Longest = 500;
        var text = value.Length > Longest ? value[..Longest] : value;
        return new string([.. text.Select(c => char.IsControl(c) ? ' ' : c)]);
    }

    [GeneratedRegex(@"\{([^{}]*)\}")]
    private static partial Regex Placeholder();
}
