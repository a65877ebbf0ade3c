using System.Collections.Immutable;
using Guard.Actors.Enforcement.Reporting;

namespace Guard.Host.Configuration;

/// <summary>How a connection to a mail server is secured.</summary>
public enum MailTls
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>STARTTLS where the server offers it.</summary>
    Offered,

    /// <summary>STARTTLS, or no mail.</summary>
    Required,

    /// <summary>TLS from the first byte (port 465, RFC 8314).</summary>
    Implicit,
}

/// <summary>The mail server that takes reports.</summary>
/// <param name="Host">Empty: no mail is sent.</param>
/// <param name="Templates">Directory whose files go before the built-in texts; empty: none.</param>
public sealed record ReportMailSettings(
    string Host,
    int Port,
    MailTls Tls,
    bool VerifyCertificate,
    string User,
    Secret Password,
    string From,
    ImmutableArray<string> Admins,
    TimeSpan Timeout,
    string Templates
);

/// <summary>A password or key: written down, or in a file of its own that is read when it is needed.</summary>
public sealed record Secret(string Text, string File)
{
    public bool IsNone => Text.Length == 0 && File.Length == 0;

    /// <exception cref="IOException">The file cannot be read.</exception>
    public string Read() => File.Length > 0 ? System.IO.File.ReadAllText(File).TrimEnd('\n', '\r') : Text;

    /// <summary>Never shown.</summary>
    public override string ToString() => IsNone ? "none" : "set";
}

/// <summary>An address that events are posted to.</summary>
public sealed record WebhookSettings(string Name, Uri Url, Secret Key, TimeSpan Timeout);

/// <summary>Where abuse reports go: files of a directory, mails, or both.</summary>
/// <param name="Service">What the attacked service is called in a report, with its port.</param>
public sealed record AbuseSettings(string Spool, string MailTo, string Service, int Port)
{
    public bool IsOn => Spool.Length > 0 || MailTo.Length > 0;
}

/// <summary>Links in mails that answer with one click and a confirmation.</summary>
/// <param name="Base">The public address of the guard's web server; null when there are no links.</param>
public sealed record LinkSettings(Uri? Base, TimeSpan ValidFor, bool ThatWasMe, bool ThatWasNotMe)
{
    public static LinkSettings Off { get; } = new(null, TimeSpan.FromDays(7), true, true);
}

/// <summary>How people and programs are told.</summary>
public sealed record ReportSettings(
    ReportMailSettings Mail,
    ImmutableArray<WebhookSettings> Webhooks,
    AbuseSettings Abuse,
    LinkSettings Links,
    ReportRules Rules
);
