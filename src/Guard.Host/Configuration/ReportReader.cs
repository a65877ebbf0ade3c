using System.Collections.Immutable;
using Guard.Actors.Enforcement.Reporting;
using MimeKit;

namespace Guard.Host.Configuration;

/// <summary>Reads <c>reports</c>.</summary>
internal static class ReportReader
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <param name="resolve">Makes a file's name whole.</param>
    public static ReportSettings Read(NodeReader reader, Func<string, string> resolve)
    {
        var mailSection = reader.Section("mail");
        var mail = Mail(mailSection, resolve);
        var usual = ReportRules.None;
        var rules = usual with
        {
            Mail = mail.Host.Length > 0,
            Admins = mail.Admins,
            Fold = mailSection.Duration("fold", usual.Fold, Second, TimeSpan.FromDays(7)),
            PerHour = mailSection.Number("per-hour", usual.PerHour, 1, 10_000),
            Quiet = mailSection.Duration("new-incident-after", usual.Quiet, Minute, TimeSpan.FromDays(30)),
            GiveUp = reader.Duration("give-up-after", usual.GiveUp, Minute, TimeSpan.FromDays(30)),
        };
        mailSection.Close();
        var webhooks = Webhooks(reader.Section("webhooks"), resolve);
        var abuse = Abuse(reader.Section("abuse"), resolve);
        var links = Links(reader.Section("links"));
        reader.Close();
        return new ReportSettings(
            mail,
            webhooks,
            abuse,
            links,
            rules with
            {
                Webhooks = [.. webhooks.Select(webhook => webhook.Name)],
                AbuseDesk = abuse.MailTo.Length > 0 ? abuse.MailTo : abuse.Spool,
            }
        );
    }

    private static ReportMailSettings Mail(NodeReader reader, Func<string, string> resolve)
    {
        var tls = reader.Choice(
            "tls",
            MailTls.Offered,
            new Dictionary<string, MailTls>
            {
                ["none"] = MailTls.None,
                ["when-offered"] = MailTls.Offered,
                ["start-tls"] = MailTls.Required,
                ["implicit"] = MailTls.Implicit,
            }
        );
        var host = reader.Text("host", "");
        var settings = new ReportMailSettings(
            host,
            reader.Number("port", 25, 1, 65535),
            tls,
            reader.Switch("verify-certificate", true),
            reader.Text("user", ""),
            KeyOf(reader, "password", resolve),
            reader.Text("from", ""),
            [.. reader.Words("admin", [])],
            reader.Duration("timeout", TimeSpan.FromSeconds(30), Second, TimeSpan.FromMinutes(10)),
            resolve(reader.Text("templates", ""))
        );
        if (host.Length > 0 && !IsAddress(settings.From))
            reader.Fault(
                "from",
                settings.From.Length == 0 ? "is missing" : $"'{settings.From}' is not a mail address",
                "the sender of reports, such as accountguard@example.com"
            );
        foreach (var admin in settings.Admins.Where(admin => !IsAddress(admin)))
            reader.Fault("admin", $"'{admin}' is not a mail address", "addresses such as [\"postmaster@example.com\"]");
        return settings;
    }

    private static ImmutableArray<WebhookSettings> Webhooks(NodeReader reader, Func<string, string> resolve)
    {
        var webhooks = ImmutableArray.CreateBuilder<WebhookSettings>();
        foreach (var name in reader.Keys)
        {
            var one = reader.Section(name);
            var text = one.Text("url", "");
            var key = KeyOf(one, "secret", resolve);
            var timeout = one.Duration("timeout", TimeSpan.FromSeconds(10), Second, TimeSpan.FromMinutes(5));
            if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
                one.Fault("url", text.Length == 0 ? "is missing" : $"'{text}' is not an address of the web", "such as https://siem.example.com/accountguard");
            else if (key.IsNone)
                one.Fault("secret", "is missing", "the key with which events are signed, or secret-file");
            else
                webhooks.Add(new WebhookSettings(name, url, key, timeout));
            one.Close();
        }
        reader.Close();
        return webhooks.ToImmutable();
    }

    private static AbuseSettings Abuse(NodeReader reader, Func<string, string> resolve)
    {
        var settings = new AbuseSettings(
            resolve(reader.Text("spool-directory", "")),
            reader.Text("mail-to", ""),
            reader.Text("service", "smtp"),
            reader.Number("port", 587, 1, 65535)
        );
        if (settings.MailTo.Length > 0 && !IsAddress(settings.MailTo))
            reader.Fault("mail-to", $"'{settings.MailTo}' is not a mail address", "an address such as abuse@example.com");
        reader.Close();
        return settings;
    }

    private static LinkSettings Links(NodeReader reader)
    {
        var enabled = reader.Switch("enabled", false);
        var text = reader.Text("base", "");
        var settings = LinkSettings.Off with
        {
            ValidFor = reader.Duration("valid-for", LinkSettings.Off.ValidFor, Minute, TimeSpan.FromDays(90)),
            ThatWasMe = reader.Switch("that-was-me", true),
            ThatWasNotMe = reader.Switch("that-was-not-me", true),
        };
        if (enabled && Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out var address) && address.Scheme is ("http" or "https"))
            settings = settings with { Base = address };
        else if (enabled)
            reader.Fault(
                "base",
                text.Length == 0 ? "is missing" : $"'{text}' is not an address of the web",
                "how readers reach console.listen, such as https://guard.example.com/"
            );
        reader.Close();
        return settings;
    }

    private static Secret KeyOf(NodeReader reader, string key, Func<string, string> resolve) =>
        new(reader.Text(key, ""), resolve(reader.Text(key + "-file", "")));

    public static bool IsAddress(string text) => MailboxAddress.TryParse(text, out var parsed) && parsed.Address.Contains('@');
}
