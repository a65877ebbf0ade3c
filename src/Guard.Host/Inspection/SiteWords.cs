using System.Collections.Immutable;
using Guard.Host.Node;
using Guard.Host.Texts;
using Guard.Messages.Inspection;
using Guard.Messages.Sites;

namespace Guard.Host.Inspection;

/// <summary>Commands about one site.</summary>
internal static class SiteWords
{
    private static readonly InspectionArgument Site = InspectionArgument.Must(
        "SITE",
        ArgumentKind.Site,
        "the site's name, for most its domain; * for all together"
    );

    public static ImmutableArray<InspectionCommand> Commands { get; } =
    [
        InspectionCommand.OfAnswer(
            "site show",
            "A site: its reaction, shared quotas, active users, and users that lately reacted.",
            [Site],
            UserWords.Facts,
            StatusAsync,
            Rows
        ),
        InspectionCommand.OfAnswer(
            "site release",
            "End a site's own reaction; that of its accounts goes on.",
            [Site, InspectionArguments.Reason],
            [new("site", CellKind.Text), new("result", CellKind.Text)],
            ReleaseAsync,
            status =>
                [
                    [status.Site.Value, $"stands at {IncidentText.Name(status.Rung)}"],
                ]
        ) with
        {
            Act = "site.release",
        },
    ];

    /// <exception cref="InspectionException">There is no such site.</exception>
    private static async Task<SiteStatus> ReleaseAsync(InspectedNode node, InspectionArguments given, CancellationToken cancel)
    {
        var site = (await StatusAsync(node, given, cancel).ConfigureAwait(false)).Site;
        return await node.AskAsync<SiteStatus>(node.Regions.Sites, new SiteCommands.Release(site, node.Clock.Present) { By = given.By }, cancel)
            .ConfigureAwait(false);
    }

    /// <exception cref="InspectionException">There is no such site.</exception>
    private static async Task<SiteStatus> StatusAsync(InspectedNode node, InspectionArguments given, CancellationToken cancel)
    {
        var status = await node.AskAsync<SiteStatus>(node.Regions.Sites, new SiteCommands.GetStatus(given.Site("SITE")), cancel).ConfigureAwait(false);
        var unknown = await KnownNames.UnknownAsync(node, status).ConfigureAwait(false);
        return unknown.Length == 0 ? status : throw new InspectionException(unknown);
    }

    private static IEnumerable<ImmutableArray<Cell>> Rows(SiteStatus status)
    {
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
