using Guard.Host.Texts;

namespace Guard.Host.Platform;

/// <summary>How a program ended and what it said.</summary>
public sealed record ProcessOutcome(int ExitCode, string Output, string Error)
{
    private const int Shown = 400;

    public bool Succeeded => ExitCode == 0;

    /// <summary>The error output as part of a message for the log: one line, bounded, without control characters.</summary>
    public string Complaint
    {
        get
        {
            var text = (Error.Length > 0 ? Error : Output).Trim().ReplaceLineEndings(" / ");
            return IncidentText.Safe(text.Length > Shown ? text[..Shown] + "..." : text);
        }
    }
}
