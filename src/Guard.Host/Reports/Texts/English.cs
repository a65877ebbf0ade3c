using System.Globalization;
using Guard.Actors.Reactions;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Host.Reports.Texts;

internal sealed class English : ReportWords
{
    public static readonly English Words = new();

    public override CultureInfo Culture { get; } = CultureInfo.InvariantCulture;

    protected override string Alarm => "A quota with an alarm was exceeded; what exceeds it is refused in mode enforce.";

    protected override string Unheld => "It was decided and does not take hold here; what is missing stands above.";

    protected override string SendHeld => "Send its held mail";

    protected override string DeleteHeld => "Delete its held mail for good";

    protected override string Held(int mails) =>
        mails == 1
            ? "1 mail of it is held in the queue and stays there until you send or delete it."
            : $"{mails} mails of it are held in the queue and stay there until you send or delete them.";

    protected override string NothingLimited => "Nothing is limited any more.";

    protected override string OnlyReported => "Nothing was limited: this is only a report.";

    protected override string UndoAbsolve => "It was the owner; learn it as usual";

    protected override string UndoRelease => "End the reaction, learn nothing";

    protected override string UndoConfirm => "It was an attack; suspend the account";

    public override string AllSites => "all sites";

    protected override string UndoSite => "End the site's reaction; that of its accounts goes on";

    public override string Rung(Rung rung) => rung.ToString().ToLowerInvariant();

    public override string By(Author by) => $"by {by}";

    public override string Reason(Reason reason) => ReasonText.Of(reason);

    protected override string Restricted(bool done, string share) => $"Its quotas {(done ? "are" : "would be")} held to {share}{Would(done)}.";

    protected override string Refused(bool done) => $"Mail servers that ask {(done ? "are" : "would be")} told to refuse its logins and mail{Would(done)}.";

    protected override string Locked(bool done) => $"The account {(done ? "is" : "would be")} locked{Would(done)}.";

    protected override string Unlocked(bool done) => $"The account {(done ? "is" : "would be")} no longer locked{Would(done)}.";

    protected override string SiteRestricted(bool done, string share) =>
        $"The quotas of all its accounts {(done ? "are" : "would be")} held to {share}{Would(done)}.";

    protected override string SiteRefused(bool done) =>
        $"Mail servers that ask {(done ? "are" : "would be")} told to refuse logins and mail of all its accounts{Would(done)}.";

    protected override string Used(string quota, long used, long limit) => $"{quota}: {used} of {limit} used or handed out";

    protected override string Reacted(string users) => $"accounts with a reaction lately: {users}";

    protected override string Blocked(bool done) => $"Its strange addresses {(done ? "are" : "would be")} blocked in the firewall{Would(done)}.";

    protected override string Kind(string kind) =>
        kind switch
        {
            "country" => "countries",
            "network" => "networks",
            "service" => "services",
            _ => kind,
        };

    protected override string Days(string name, double days) => $"{name} ({Number(days)} days)";

    protected override string Rate(string measure, string per, string usual) => $"{measure} per active {per}: {usual}";

    private static string Would(bool done) => done ? "" : " (mode = observe)";
}
