using Guard.Host.Node;
using Guard.Host.Texts;
using Guard.Messages.Identity;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Host.Inspection;

/// <summary>What names that people give stand for, and what they may have meant where nothing is called so.</summary>
internal static class KnownNames
{
    /// <summary>An account or a site: a bare name is the account that a login of that name is, unless a site is called so.</summary>
    public static string Subject(InspectedNode node, InspectionArguments given, string argument)
    {
        var name = given.Word(argument)!.Trim().ToLowerInvariant();
        return !name.Contains('@', StringComparison.Ordinal) && (name.Contains('.', StringComparison.Ordinal) || IsConfigured(node, new SiteId(name)))
            ? name
            : given.User(argument).Value;
    }

    /// <summary>That nobody knows an account or a site, and what may have been meant; empty when it is known.</summary>
    public static Task<string> UnknownAsync(InspectedNode node, string subject, CancellationToken cancel) =>
        subject.Contains('@', StringComparison.Ordinal) ? UnknownAsync(node, new UserId(subject), cancel) : UnknownAsync(node, new SiteId(subject), cancel);

    /// <summary>That nobody knows the account, and what may have been meant; empty when it is known.</summary>
    public static async Task<string> UnknownAsync(InspectedNode node, UserId user, CancellationToken cancel)
    {
        if (node.Names?.IsListed(user) == true)
            return "";
        var status = await node.AskAsync<UserStatus>(node.Regions.Users, new UserCommands.GetStatus(user), cancel).ConfigureAwait(false);
        return IsKnown(status) ? "" : await UnknownAsync(node, user).ConfigureAwait(false);
    }

    public static async Task<string> UnknownAsync(InspectedNode node, UserId user)
    {
        var similar = node.Names is { } names ? await names.SuggestAsync(user).ConfigureAwait(false) : [];
        return $"there is no such account: {IncidentText.Safe(user.Value)} was never seen{Meant([.. similar.Select(one => one.Value)])}";
    }

    /// <summary>A lock by hand may come before the first login.</summary>
    public static bool IsKnown(UserStatus status) => status.Known || status.IsUnreadable || !status.History.IsEmpty;

    /// <summary>That nobody knows the site, and what may have been meant; empty when it is known.</summary>
    public static async Task<string> UnknownAsync(InspectedNode node, SiteId site, CancellationToken cancel)
    {
        var status = await node.AskAsync<SiteStatus>(node.Regions.Sites, new SiteCommands.GetStatus(site), cancel).ConfigureAwait(false);
        return await UnknownAsync(node, status).ConfigureAwait(false);
    }

    public static async Task<string> UnknownAsync(InspectedNode node, SiteStatus status)
    {
        if (
            status.Site == SiteId.Host
            || IsConfigured(node, status.Site)
            || status.Holders > 0
            || !status.RecentUsers.IsEmpty
            || !status.History.IsEmpty
            || !status.Planned.IsEmpty
        )
            return "";
        if (node.Names is not { } names)
            return "";
        var sites = await names.SitesAsync(node.Policies.Current).ConfigureAwait(false);
        if (sites.Contains(status.Site))
            return "";
        var similar = sites.Select(one => (one.Value, Distance: AccountNames.Distance(status.Site.Value, one.Value))).Where(one => one.Distance <= 2);
        var meant = Meant([.. similar.OrderBy(one => one.Distance).ThenBy(one => one.Value, StringComparer.Ordinal).Take(3).Select(one => one.Value)]);
        return $"there is no such site: no account of {IncidentText.Safe(status.Site.Value)} was ever seen{meant}";
    }

    private static bool IsConfigured(InspectedNode node, SiteId site) =>
        node.Policies.Current is { } book && (book.Sites.ContainsKey(site) || book.Domains.ContainsKey(site.Value));

    private static string Meant(string[] names) => names.Length == 0 ? "" : $"; did you mean {string.Join(" or ", names.Select(IncidentText.Safe))}?";
}
