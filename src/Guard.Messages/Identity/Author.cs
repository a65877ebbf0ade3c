namespace Guard.Messages.Identity;

/// <summary>Who ordered something by hand, and why. Travels with the command into the event, so that every node and every later reader knows.</summary>
/// <param name="Name">A person of the console, a user of the machine, an API token, the link of a report.</param>
/// <param name="Reason">In their words; empty when they gave none.</param>
public sealed record Author(string Name, string Reason = "")
{
    /// <summary>Characters of a name that are kept.</summary>
    public const int MaxName = 100;

    /// <summary>Characters of a reason that are kept: it is part of a state that stays small.</summary>
    public const int MaxReason = 200;

    public string Name { get; } = Cut(Name, MaxName);

    public string Reason { get; } = Cut(Reason, MaxReason);

    /// <summary>Such as <c>anna: it was a holiday</c>.</summary>
    public override string ToString() => Reason.Length == 0 ? Name : $"{Name}: {Reason}";

    /// <summary>Bounded, on one line, and never half of a character.</summary>
    private static string Cut(string text, int max)
    {
        var cut = text.Length <= max ? text : text[..(char.IsHighSurrogate(text[max - 2]) ? max - 2 : max - 1)] + "…";
        return Printable.Of(cut.Any(char.IsControl) ? string.Concat(cut.Select(c => char.IsControl(c) ? ' ' : c)) : cut);
    }
}
