using System.Collections.Immutable;
using System.Globalization;
using Guard.Actors.Reactions;
using Guard.Host.Node;
using Guard.Host.Texts;
using Guard.Messages.Inspection;
using Guard.Messages.Policies;
using Guard.Messages.Users;

namespace Guard.Host.Inspection;

/// <summary>Commands about one account. Any node answers: the question goes to wherever the account lives.</summary>
internal static class UserWords
{
    private static readonly InspectionArgument User = InspectionArgument.Must("USER", ArgumentKind.Account, "local@domain");
    private static readonly ImmutableArray<Column> Result = [new("user", CellKind.Text), new("result", CellKind.Text)];

    /// <summary>The columns of everything that is shown as a list of facts.</summary>
    public static readonly ImmutableArray<Column> Facts =
    [
        new("topic", CellKind.Text),
        new("item", CellKind.Text),
        new("at", CellKind.Time),
        new("value", CellKind.Text),
        new("detail", CellKind.Text),
    ];

    public static ImmutableArray<InspectionCommand> Commands { get; } =
    [
        InspectionCommand.OfAnswer(
            "user show",
            "What the guard knows of an account: where it stands and why, quotas, what is usual, what happened.",
            [User],
            Facts,
            StatusAsync,
            Rows
        ),
        InspectionCommand.OfAnswer(
            "user release",
            "End the reaction; nothing is learnt.",
            [User, InspectionArguments.Reason],
            Result,
            (node, given, cancel) => DoAsync(node, new UserCommands.Release(given.User("USER"), node.Clock.Now) { By = given.By }, cancel),
            Rows
        ) with
        {
            Act = "account.release",
        },
        InspectionCommand.OfAnswer(
            "user absolve",
            "It was the owner: end the reaction and learn what was strange.",
            [User, InspectionArguments.Reason],
            Result,
            (node, given, cancel) => DoAsync(node, new UserCommands.Absolve(given.User("USER"), node.Clock.Now) { By = given.By }, cancel),
            Rows
        ) with
        {
            Act = "account.absolve",
        },
        InspectionCommand.OfAnswer(
            "user confirm",
            "It was an attack: suspend from now, as far as the policy allows.",
            [User, InspectionArguments.Reason],
            Result,
            (node, given, cancel) => DoAsync(node, new UserCommands.Confirm(given.User("USER"), node.Clock.Now) { By = given.By }, cancel),
            Rows
        ) with
        {
            Act = "account.confirm",
        },
        InspectionCommand.OfAnswer(
            "user lock",
            "Lock an account by hand, whatever its policy's cap.",
            [
                User,
                InspectionArgument.May("FOR", ArgumentKind.Duration, "how long, such as 2h; else the policy's time of a suspension"),
                InspectionArgument.May("GRADE", ArgumentKind.Word, "how much it takes away; else what the policy says", "sending", "strange", "everything"),
                InspectionArguments.Reason,
            ],
            Result,
            LockAsync,
            Rows
        ) with
        {
            Act = "account.lock",
        },
    ];

    private static Task<Done> LockAsync(InspectedNode node, InspectionArguments given, CancellationToken cancel)
    {
        var now = node.Clock.Now;
        // The grade alone may be given: no duration is called like one.
        var alone = given.Word("GRADE") is null && Enum.TryParse<LockGrade>(given.Word("FOR"), ignoreCase: true, out _);
        return DoAsync(
            node,
            new UserCommands.Lock(given.User("USER"), now, alone ? null : now + given.Duration("FOR"))
            {
                Grade = Grade(given.Word(alone ? "FOR" : "GRADE")),
                By = given.By,
            },
            cancel
        );
    }

    private static LockGrade? Grade(string? word) => word is null ? null : Enum.Parse<LockGrade>(word, ignoreCase: true);

    private static Task<Done> DoAsync(InspectedNode node, object command, CancellationToken cancel) => node.AskAsync<Done>(node.Regions.Users, command, cancel);

    private static IEnumerable<ImmutableArray<Cell>> Rows(Done done) =>
        [
            [done.User.Value, done.Message],
        ];

    private static Task<UserStatus> StatusAsync(InspectedNode node, InspectionArguments given, CancellationToken cancel) =>
        node.AskAsync<UserStatus>(node.Regions.Users, new UserCommands.GetStatus(given.User("USER")), cancel);

    /// <exception cref="InspectionException">The account was never seen.</exception>
    private static IEnumerable<ImmutableArray<Cell>> Rows(UserStatus status)
    {
        // A lock by hand may come before the first login.
        if (!status.Known && status.History.IsEmpty)
            throw new InspectionException($"{status.User} was never seen");
        yield return ["account", "name", status.FirstSeen, status.User.Value, $"site {status.Site}"];
        yield return ["account", "seen", status.LastSeen, Text($"{status.ActiveDays:0.#} active days"), status.Learning ? "still learning" : "known"];
        yield return
        [
            "reaction",
            "account",
            status.Until,
            IncidentText.Name(status.Rung),
            IncidentText.Consequence(status.Rung, null, status.Mode, status.Grade),
        ];
        yield return ["reaction", "site", Cell.Empty, IncidentText.Name(status.SiteRung), $"mode {status.Mode.ToString().ToLowerInvariant()}"];
        if (status.NextRung is { } next)
            yield return ["reaction", "next", Cell.Empty, IncidentText.Name(next), Text($"from {status.NextScore:0.#} bits; now {status.LastScore:0.0}")];
        foreach (var reason in status.LastReasons)
            yield return ["reason", reason.Code, Cell.Empty, ReasonText.Of(reason), reason.Bits > 0 ? Text($"{reason.Bits:0.0} bits") : "rule"];
        foreach (var (name, count) in Totals(status.Totals))
            yield return ["total", name, Cell.Empty, Text($"{count}"), Cell.Empty];
        foreach (var quota in status.Quotas)
            yield return ["quota", quota.Quota, Cell.Empty, Text($"{quota.Used} of {quota.Limit}"), quota.Used >= quota.Limit ? "used up" : Cell.Empty];
        foreach (var planned in status.Planned)
            yield return Planned(planned);
        foreach (var item in status.Familiar)
            yield return
            [
                item.Days > 0 ? "usual" : item.Kind,
                item.Days > 0 ? item.Kind : "place",
                item.LastSeen,
                item.Name,
                item.Days > 0 ? Text($"{item.Days:0.#} days") : Cell.Empty,
            ];
        foreach (var rate in status.Rates.Where(rate => rate.Windows > 0))
            yield return ["rate", $"{rate.Measure} per {rate.Per}", Cell.Empty, Text($"{rate.Now:0.#} now"), Text($"usual {rate.Usual:0.#}")];
        if (status.FailedRecipients is { Of: > 0 } failed)
            yield return ["recipients", "unknown", Cell.Empty, Text($"{failed.Now:P1} of {failed.Of:0.#} lately"), Text($"usual {failed.Usual:P1}")];
        foreach (var past in status.History)
            yield return History(past);
    }

    public static ImmutableArray<Cell> Planned(PlannedItem item) =>
        ["planned", $"{(item.OfSite ? "site" : "account")} {item.Planned.Id}", item.Planned.Until, PlannedText.Of(item.Planned), item.Planned.Note];

    public static ImmutableArray<Cell> History(PastReaction past) =>
        [
            "history",
            $"{IncidentText.Name(past.From)} → {IncidentText.Name(past.To)}",
            past.At,
            string.Join("; ", past.Reasons.Take(2).Select(ReasonText.Of)),
            past.By is { } by ? $"by {by}" : IncidentText.Place(past.Address, past.Country).Trim(),
        ];

    private static (string, long)[] Totals(UserTotals totals) =>
        [
            ("logins", totals.Logins),
            ("failures", totals.Failures),
            ("mails", totals.Submissions),
            ("recipients", totals.Recipients),
            ("stopped", totals.Stopped),
            ("delivered", totals.Delivered),
            ("bounced", totals.Bounced),
        ];

    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
