using System.Collections.Immutable;
using Guard.Host.Node;
using Guard.Host.Texts;
using Guard.Messages.Inspection;
using Guard.Messages.Sites;

namespace Guard.Host.Inspection;

/// <summary>Commands about one site.</summary>
internal static class SiteWords
{
    private static readonly InspectionArgument Site = InspectionArgument.Must("SITE", ArgumentKind.Site, "the site's name, for most its domain");

    public static ImmutableArray<InspectionCommand> Commands { get; } =
    [
        new("site show", "A site: its reaction, shared quotas, active users, and users that lately reacted.", [Site], InspectionScope.Anywhere, UserWords.Facts, ShowAsync),
        new("site release", "End a site's own reaction; that of its accounts goes on.", [Site], InspectionScope.Anywhere, [new("site", CellKind.Text), new("result", CellKind.Text)], ReleaseAsync) { Act = "site.release" },
    ];

    private static async IAsyncEnumerable<ImmutableArray<Cell>> ReleaseAsync(InspectedNode node, InspectionArguments given, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var status = await node.AskAsync<SiteStatus>(node.Regions.Sites, new SiteCommands.Release(given.Site("SITE"), node.Clock.Now), cancel).ConfigureAwait(false);
        yield return [status.Site.Value, $"stands at {IncidentText.Name(status.Rung)}"];
    }

    private static async IAsyncEnumerable<ImmutableArray<Cell>> ShowAsync(InspectedNode node, InspectionArguments given, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var status = await node.AskAsync<SiteStatus>(node.Regions.Sites, new SiteCommands.GetStatus(given.Site("SITE")), cancel).ConfigureAwait(false);
        yield return ["site", "name", Cell.Empty, status.Site.Value, $"mode {status.Mode.ToString().ToLowerInvariant()}"];
        yield return ["site", "active users", Cell.Empty, UserWords.Text($"{status.Holders}"), "hold a lease now"];
        yield return ["reaction", "site", status.Until, IncidentText.Name(status.Rung), Cell.Empty];
        foreach (var quota in status.Quotas)
            yield return ["quota", quota.Quota, Cell.Empty, UserWords.Text($"{quota.Used} of {quota.Limit}"), "handed out or used"];
        foreach (var planned in status.Planned)
            yield return UserWords.Planned(planned);
        foreach (var recent in status.RecentUsers)
        {
            var words = recent.Split(' ', 2);
            yield return ["user", words[0], Cell.Empty, words.Length > 1 ? words[1] : "", Cell.Empty];
        }
        foreach (var past in status.History)
            yield return UserWords.History(past);
    }
}
