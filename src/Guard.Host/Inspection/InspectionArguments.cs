using Guard.Host.Configuration;
using Guard.Host.Node;
using Guard.Messages.Identity;

namespace Guard.Host.Inspection;

/// <summary>The arguments that were given, checked against what the command takes.</summary>
public sealed class InspectionArguments(IReadOnlyDictionary<string, string> given)
{
    /// <summary>How a command's argument for why something is done is called.</summary>
    public const string Why = "REASON";

    public static InspectionArgument Reason { get; } =
        InspectionArgument.May(Why, ArgumentKind.Word, "why, in quotes; kept with what is done and shown with it");

    /// <summary>Stands for an argument that is not given, before one that is.</summary>
    public const string Left = "-";

    /// <summary>Who asks; the face that took the words knows.</summary>
    public string Who { get; set; } = "admin";

    /// <summary>Which face that was.</summary>
    public string From { get; set; } = "";

    /// <summary>All words as they were given, with the command's own.</summary>
    public IReadOnlyList<string> Words { get; private init; } = [];

    /// <summary>How a name becomes an account's; the node that answers knows.</summary>
    public Func<string, UserId> Resolve { get; set; } = static name => new UserId(name.ToLowerInvariant());

    /// <summary>Who asks, and why.</summary>
    public Author By => new(Who, Word(Why) ?? "");

    public string? Word(string name) => given.GetValueOrDefault(name);

    public UserId User(string name) => Resolve(given[name]);

    public SiteId Site(string name) => new(given[name].ToLowerInvariant());

    public TimeSpan? Duration(string name) =>
        Word(name) is not { } text ? null
        : NodeReader.TryDuration(text, out var span) && span > TimeSpan.Zero ? span
        : throw new InspectionException($"'{text}' is not a duration: a number with a unit, such as 30m, 1h, 1d");

    /// <exception cref="InspectionException">Too few, too many, or a word that is not one of the choices.</exception>
    /// <param name="words">Behind the command's own.</param>
    public static InspectionArguments Of(InspectionCommand command, IReadOnlyList<string> words)
    {
        var given = new Dictionary<string, string>();
        for (var i = 0; i < command.Arguments.Length; i++)
        {
            var argument = command.Arguments[i];
            if (i >= words.Count)
            {
                if (argument.Required)
                    throw new InspectionException($"{argument.Name} is missing: {command.Usage}");
                continue;
            }
            if (!argument.Required && words[i] == Left)
                continue;
            if (!argument.Choices.IsEmpty && !argument.Choices.Contains(words[i]))
                throw new InspectionException($"'{words[i]}' is not one of {string.Join(", ", argument.Choices)}: {command.Usage}");
            given[argument.Name] = words[i];
        }
        if (words.Count > command.Arguments.Length)
            throw new InspectionException($"'{words[command.Arguments.Length]}' is too much: {command.Usage}");
        return new InspectionArguments(given) { Words = [.. command.Name.Split(' '), .. words] };
    }
}
