using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using Guard.Actors.Policies.Geography;
using Guard.Host.Feedback;
using Guard.Host.Node;
using Guard.Messages.Identity;
using Guard.Messages.Inspection;
using Guard.Messages.Users;

namespace Guard.Host.Inspection;

/// <summary>Commands about what was announced: stays abroad and large mailings.</summary>
internal static class ExceptionWords
{
    private const string Nothing = "-";

    private static readonly InspectionArgument Name = InspectionArgument.Must("NAME", ArgumentKind.AccountOrSite, "an account or a site");
    private static readonly ImmutableArray<Column> Result = [new("name", CellKind.Text), new("result", CellKind.Text)];

    private static readonly ImmutableArray<Column> Table =
    [
        new("number", CellKind.Number),
        new("of", CellKind.Text),
        new("from", CellKind.Time),
        new("until", CellKind.Time),
        new("places", CellKind.Text),
        new("recipients", CellKind.Number),
        new("used", CellKind.Number),
        new("note", CellKind.Text),
        new("by", CellKind.Text),
    ];

    public static ImmutableArray<InspectionCommand> Commands { get; } =
    [
        new("exception list", "What was announced for an account or a site, and is not over.", [Name], InspectionScope.Anywhere, Table, ListAsync),
        new(
            "exception add",
            "Announce something unusual: places are usual and allowed, and so many recipients are sent to besides every quota, for a time.",
            [
                Name,
                InspectionArgument.Must("PLACES", ArgumentKind.Word, "words of places with commas, such as ES,PT; - for none"),
                InspectionArgument.Must("RECIPIENTS", ArgumentKind.Word, "a number; - for none"),
                InspectionArgument.Must("FROM", ArgumentKind.Word, "such as 2026-07-01, or 2026-07-01T08:00Z"),
                InspectionArgument.Must("UNTIL", ArgumentKind.Word, "the last day, or a moment"),
                InspectionArgument.May("NOTE", ArgumentKind.Word, "what it is for"),
            ],
            InspectionScope.Anywhere,
            Result,
            AddAsync
        )
        {
            Act = "exception.add",
        },
        new(
            "exception remove",
            "Take an announcement back.",
            [Name, InspectionArgument.Must("NUMBER", ArgumentKind.Word, "as listed"), InspectionArguments.Reason],
            InspectionScope.Anywhere,
            Result,
            RemoveAsync
        )
        {
            Act = "exception.remove",
        },
    ];

    /// <summary>Why the words announce nothing; null when they do.</summary>
    public static string? Read(InspectionArguments given, out PlannedException planned)
    {
        planned = new PlannedException(0, default, default, "", 0, "");
        var places = given.Word("PLACES") is { } words and not Nothing ? words : "";
        if (!PlaceSet.TryParse(places.Split(',', StringSplitOptions.RemoveEmptyEntries), out _, out var error))
            return error;
        var recipients = 0;
        if (given.Word("RECIPIENTS") is { } number and not Nothing && !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out recipients))
            return $"'{number}' is not a number of recipients";
        if (!PlannedPeriod.TryFrom(given.Word("FROM")!, out var from))
            return $"'{given.Word("FROM")}' is not a day such as 2026-07-01";
        if (!PlannedPeriod.TryUntil(given.Word("UNTIL")!, out var until))
            return $"'{given.Word("UNTIL")}' is not a day such as 2026-07-14";
        planned = new PlannedException(0, from, until, places, recipients, given.Word("NOTE") ?? "");
        return null;
    }

    private static async IAsyncEnumerable<ImmutableArray<Cell>> ListAsync(
        InspectedNode node,
        InspectionArguments given,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        var planned = await AnsweredAsync(new FeedbackService(node.Regions, node.Clock).PlannedAsync(KnownNames.Subject(node, given, "NAME"), cancel))
            .ConfigureAwait(false);
        foreach (var (one, ofSite) in planned)
            yield return
            [
                one.Id,
                ofSite ? "site" : "account",
                (DateTimeOffset?)one.From,
                (DateTimeOffset?)one.Until,
                one.Places,
                one.Recipients,
                one.Used,
                one.Note,
                one.By?.Name ?? "",
            ];
    }

    private static async IAsyncEnumerable<ImmutableArray<Cell>> AddAsync(
        InspectedNode node,
        InspectionArguments given,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        if (Read(given, out var planned) is { } fault)
            throw new InspectionException(fault);
        var name = KnownNames.Subject(node, given, "NAME");
        var unknown = await KnownNames.UnknownAsync(node, name, cancel).ConfigureAwait(false);
        var done = await DoAsync(new FeedbackService(node.Regions, node.Clock).PlanAsync(name, planned, new Author(given.Who, planned.Note), cancel))
            .ConfigureAwait(false);
        yield return [name, unknown.Length == 0 ? done : $"{done}, though {unknown}"];
    }

    private static async IAsyncEnumerable<ImmutableArray<Cell>> RemoveAsync(
        InspectedNode node,
        InspectionArguments given,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        if (!long.TryParse(given.Word("NUMBER"), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            throw new InspectionException($"'{given.Word("NUMBER")}' is not a number");
        var name = KnownNames.Subject(node, given, "NAME");
        yield return [name, await DoAsync(new FeedbackService(node.Regions, node.Clock).WithdrawAsync(name, number, given.By, cancel)).ConfigureAwait(false)];
    }

    private static async Task<string> DoAsync(Task<FeedbackOutcome> doing)
    {
        var outcome = await AnsweredAsync(doing).ConfigureAwait(false);
        return outcome.Accepted ? outcome.Message : throw new InspectionException(outcome.Message);
    }

    private static async Task<T> AnsweredAsync<T>(Task<T> asking)
    {
        try
        {
            return await asking.ConfigureAwait(false);
        }
        catch (TimeoutException late)
        {
            throw new InspectionException(late.Message);
        }
    }
}
