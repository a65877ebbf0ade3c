using System.Collections.Immutable;
using System.Globalization;
using Guard.Actors.Reactions;
using Guard.Host.Configuration;
using Guard.Host.Node;
using Guard.Host.Texts;
using Guard.Messages;
using Guard.Messages.Identity;
using Guard.Messages.Inspection;
using Guard.Messages.Policies;
using Guard.Messages.Users;

namespace Guard.Host.Inspection;

/// <summary>Commands about one account. Any node answers: the question goes to wherever the account lives.</summary>
internal static class UserWords
{
    private static readonly InspectionArgument User = InspectionArgument.Must("USER", ArgumentKind.Account, "local@domain");
    private static readonly ImmutableArray<Column> Result = [new("user", CellKind.Text), new("result", CellKind.Text)];

    private static readonly ImmutableArray<Column> Erased =
    [
        new("user", CellKind.Text),
        new("node", CellKind.Text),
        new("store", CellKind.Text),
        new("removed", CellKind.Number),
        new("left", CellKind.Number),
        new("detail", CellKind.Text),
    ];

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
            "End the reaction with its lock and the blocks that it caused; nothing is learnt, and held mail stays held.",
            [User, InspectionArguments.Reason],
            Result,
            (node, given, cancel) => BackAsync(node, given, user => new UserCommands.Release(user, node.Clock.Present) { By = given.By }, cancel),
            Rows
        ) with
        {
            Act = "account.release",
        },
        InspectionCommand.OfAnswer(
            "user absolve",
            "It was the owner: end the reaction as a release does, and learn what was strange.",
            [User, InspectionArguments.Reason],
            Result,
            (node, given, cancel) => BackAsync(node, given, user => new UserCommands.Absolve(user, node.Clock.Present) { By = given.By }, cancel),
            Rows
        ) with
        {
            Act = "account.absolve",
        },
        InspectionCommand.OfAnswer(
            "user preview",
            "What a release or an absolution would end, and what would stay. Changes nothing.",
            [User],
            Result,
            (node, given, cancel) => AccountWayBack.LookAsync(node, given.User("USER"), cancel),
            Rows
        ),
        InspectionCommand.OfAnswer(
            "user confirm",
            "It was an attack: suspend from now, as far as the policy allows.",
            [User, InspectionArguments.Reason],
            Result,
            (node, given, cancel) => DoAsync(node, given, user => new UserCommands.Confirm(user, node.Clock.Present) { By = given.By }, cancel),
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
        InspectionCommand.OfAnswer(
            "user forget",
            "Forget an account: its reaction ends, and everything that is stored of it is removed. Whoever has the mailbox next begins anew.",
            [User, InspectionArguments.Reason],
            Erased,
            ForgetAsync,
            Rows
        ) with
        {
            Act = "account.forget",
        },
    ];

    /// <summary>An account that was never seen may be locked: it may be the thief's next. A slip of the finger is told with it.</summary>
    private static async Task<Done> LockAsync(InspectedNode node, InspectionArguments given, CancellationToken cancel)
    {
        var now = node.Clock.Present;
        // The grade alone may be given: no duration is called like one.
        var alone = given.Word("GRADE") is null && EnumWords.TryParse<LockGrade>(given.Word("FOR"), out _);
        var command = new UserCommands.Lock(given.User("USER"), now, alone ? null : now + given.Duration("FOR"))
        {
            Grade = Grade(given.Word(alone ? "FOR" : "GRADE")),
            By = given.By,
        };
        var unknown = await KnownNames.UnknownAsync(node, command.User, cancel).ConfigureAwait(false);
        var done = await node.AskAsync<Done>(node.Regions.Users, command, cancel).ConfigureAwait(false);
        return unknown.Length == 0 ? done : done with { Message = $"{done.Message}, though {unknown}" };
    }

    /// <summary>Of a name that nobody knows something may be stored elsewhere, so that it is looked for, and the slip told.</summary>
    private static async Task<ForgottenAccount> ForgetAsync(InspectedNode node, InspectionArguments given, CancellationToken cancel)
    {
        var user = given.User("USER");
        var unknown = await KnownNames.UnknownAsync(node, user, cancel).ConfigureAwait(false);
        var done = await AccountForgetting.RunAsync(node, new UserCommands.Forget(user, node.Clock.Present) { By = given.By }, cancel).ConfigureAwait(false);
        return unknown.Length == 0 ? done : done with { Message = $"{done.Message}: {unknown}" };
    }

    /// <exception cref="InspectionException">It is no grade.</exception>
    private static LockGrade? Grade(string? word) =>
        word is null ? null
        : EnumWords.TryParse<LockGrade>(word, out var grade) ? grade
        : throw new InspectionException($"'{word}' is not a grade: sending, strange or everything");

    /// <exception cref="InspectionException">There is no such account.</exception>
    private static async Task<Done> DoAsync(InspectedNode node, InspectionArguments given, Func<UserId, object> command, CancellationToken cancel)
    {
        var user = given.User("USER");
        var unknown = await KnownNames.UnknownAsync(node, user, cancel).ConfigureAwait(false);
        return unknown.Length == 0
            ? await node.AskAsync<Done>(node.Regions.Users, command(user), cancel).ConfigureAwait(false)
            : throw new InspectionException(unknown);
    }

    /// <exception cref="InspectionException">There is no such account.</exception>
    private static async Task<WayBack> BackAsync(InspectedNode node, InspectionArguments given, Func<UserId, IWithUserId> command, CancellationToken cancel)
    {
        var user = given.User("USER");
        var unknown = await KnownNames.UnknownAsync(node, user, cancel).ConfigureAwait(false);
        return unknown.Length == 0 ? await AccountWayBack.RunAsync(node, command(user), cancel).ConfigureAwait(false) : throw new InspectionException(unknown);
    }

    private static IEnumerable<ImmutableArray<Cell>> Rows(Done done) =>
        [
            [done.User.Value, done.Message],
        ];

    private static IEnumerable<ImmutableArray<Cell>> Rows(WayBack way) =>
        way.Lines.DefaultIfEmpty("nothing to do").Select<string, ImmutableArray<Cell>>(line => [way.User.Value, line]);

    private static IEnumerable<ImmutableArray<Cell>> Rows(ForgottenAccount forgotten) =>
        [
            [forgotten.User.Value, "", "account", Cell.Empty, Cell.Empty, forgotten.Message],
            .. forgotten.Removed.Select<(string Node, ErasedItems Items), ImmutableArray<Cell>>(one =>
                [forgotten.User.Value, one.Node, one.Items.Store, one.Items.Removed, one.Items.Left, one.Items.Note]
            ),
            .. forgotten.Notes.Select<string, ImmutableArray<Cell>>(note =>
                [forgotten.User.Value, "", "not asked", Cell.Empty, Cell.Empty, $"{note}: forget it again when that node is back"]
            ),
        ];

    /// <exception cref="InspectionException">There is no such account, or the name is another one's.</exception>
    private static async Task<UserStatus> StatusAsync(InspectedNode node, InspectionArguments given, CancellationToken cancel)
    {
        var user = given.User("USER");
        if (node.Names?.IsAlias(given.Word("USER") ?? "") == true)
            throw new InspectionException(
                $"{IncidentText.Safe(given.Word("USER")!)} is no account of its own: by intake.logs.virtual-map what it does is {IncidentText.Safe(user.Value)}'s"
            );
        var status = await node.AskAsync<UserStatus>(node.Regions.Users, new UserCommands.GetStatus(user), cancel).ConfigureAwait(false);
        if (status.IsUnreadable)
            throw new InspectionException(
                $"what is stored of {IncidentText.Safe(user.Value)} cannot be read, and nothing of it is counted or judged: accountguard doctor says why"
            );
        return KnownNames.IsKnown(status) || node.Names?.IsListed(user) == true
            ? await AccountStanding.CompleteAsync(node, status, cancel).ConfigureAwait(false)
            : throw new InspectionException(await KnownNames.UnknownAsync(node, user).ConfigureAwait(false));
    }

    private static IEnumerable<ImmutableArray<Cell>> Rows(UserStatus status)
    {
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
        if (status.HeldMails > 0)
            yield return ["held", "mail", Cell.Empty, Text($"{status.HeldMails}"), AccountWayBack.HeldText(status.User, status.HeldMails)];
        foreach (var gap in status.Gaps)
            yield return ["gap", gap.Code, Cell.Empty, ReasonText.Of(gap), "rule"];
        if (status.NextRung is { } next)
            yield return ["reaction", "next", Cell.Empty, IncidentText.Name(next), Text($"from {status.NextScore:0.#} bits; now {status.LastScore:0.0}")];
        if (IncidentSentence.Of(status.LastReasons) is { Length: > 0 } sentence)
            yield return ["reason", "in short", Cell.Empty, sentence, Cell.Empty];
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
