namespace Guard.Host.Doctor;

/// <summary>How well something is.</summary>
public enum FindingLevel : byte
{
    Ok = 0,

    /// <summary>It works, but not as well as it could, or it could not be looked at.</summary>
    Warning = 1,

    /// <summary>What the configuration says does not happen.</summary>
    Fault = 2,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Check">What was looked at: <c>log /var/log/mail.log</c>.</param>
/// <param name="Remedy">What to do about it; empty when all is well.</param>
public sealed record Finding(string Check, FindingLevel Level, string Text, string Remedy)
{
    public static Finding Ok(string check, string text) => new(check, FindingLevel.Ok, text, "");

    public static Finding Warning(string check, string text, string remedy) => new(check, FindingLevel.Warning, text, remedy);

    public static Finding Fault(string check, string text, string remedy) => new(check, FindingLevel.Fault, text, remedy);
}

/// <summary>Which of several mail servers on a machine is meant; null for the usual one.</summary>
/// <param name="Postfix">Directory of main.cf and master.cf.</param>
/// <param name="Dovecot">dovecot.conf.</param>
/// <param name="Sendmail">sendmail.cf.</param>
public sealed record MailServerFiles(string? Postfix, string? Dovecot, string? Sendmail);
