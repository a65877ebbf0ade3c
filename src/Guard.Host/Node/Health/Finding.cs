namespace Guard.Host.Node.Health;

/// <summary>How well something is.</summary>
public enum FindingLevel : byte
{
    Ok = 0,

    /// <summary>It works, but not as well as it could, or it could not be looked at.</summary>
    Warning = 1,

    /// <summary>What the configuration says does not happen.</summary>
    Fault = 2,
}

/// <summary>One thing that was looked at: by the running guard of itself, or by the doctor from outside. Doctor, health, console and <c>inspect</c> show
/// the same ones.</summary>
/// <param name="Check">What was looked at: <c>intake /var/log/mail.log</c>. The same over looks.</param>
/// <param name="Remedy">What to do about it; empty when all is well.</param>
public sealed record Finding(string Check, FindingLevel Level, string Text, string Remedy)
{
    /// <summary>What part of the guard it is about, such as <c>intake</c>.</summary>
    public string Area => Check.Split(' ', 2)[0];

    /// <summary>Without it the node should not be asked. A log that is not there is told, but answers to mail servers do not hang on it.</summary>
    public bool Needed { get; init; }

    public bool Good => Level != FindingLevel.Fault;

    public static Finding Ok(string check, string text) => new(check, FindingLevel.Ok, text, "");

    public static Finding Warning(string check, string text, string remedy) => new(check, FindingLevel.Warning, text, remedy);

    public static Finding Fault(string check, string text, string remedy) => new(check, FindingLevel.Fault, text, remedy);
}
