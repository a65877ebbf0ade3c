using Guard.Actors.Enforcement.Reporting;
using Guard.Messages.Policies;

namespace Guard.Host.Configuration;

/// <summary>Reads who is told, of one policy.</summary>
internal static class ReportPolicyReader
{
    public static ReportPolicy Read(NodeReader reader)
    {
        var usual = ReportPolicy.Default;
        var policy = new ReportPolicy(
            reader.Switch("admin", usual.Admin),
            reader.Switch("owner", usual.Owner),
            reader.Switch("user", usual.User),
            reader.Switch("webhook", usual.Webhook),
            reader.Switch("abuse", usual.Abuse),
            reader.Switch("links", usual.Links),
            reader.Enumeration("from-rung", usual.FromRung),
            Address(reader, "owner-address"),
            Address(reader, "user-address"),
            reader.Choice("language", usual.Language, new Dictionary<string, string> { ["en"] = "en", ["de"] = "de" })
        );
        if (policy is { Owner: true, OwnerAddress: "" })
            reader.Fault("owner-address", "is missing", "the mailbox of the site's owner, since owner = on");
        reader.Close();
        return policy;
    }

    private static string Address(NodeReader reader, string key)
    {
        var text = reader.Text(key, "");
        foreach (var address in ReportTargets.Addresses(text))
        {
            if (!ReportReader.IsAddress(address))
                reader.Fault(key, $"'{address}' is not a mail address", "addresses with commas, such as \"anna@example.net\"");
        }
        return text;
    }
}
