using System.Collections.Immutable;
using Guard.Actors.Entities;
using Guard.Host.Configuration;
using Guard.Host.Feedback;
using Guard.Host.Reports.Mails;
using Guard.Host.Reports.Texts;
using Guard.Messages.Decisions;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Host.Tests.Reports;

/// <summary>Reports as the outbox hands them over.</summary>
internal static class Told
{
    public static readonly DateTimeOffset At = new(2026, 3, 5, 10, 11, 12, TimeSpan.Zero);
    public static readonly UserId Info = new("info@example.com");
    public static readonly byte[] Key = [.. Enumerable.Range(0, FeedbackKey.Length).Select(number => (byte)number)];

    private static readonly ImmutableArray<Reason> Reasons =
    [
        new Reason(ReasonCodes.NewCountry, 0, 31, 7, "RO"),
        new Reason(ReasonCodes.MailRate, 2000, 4, 20, "hour"),
    ];

    public static Effect Effect(Rung from = Rung.Restricted, Rung to = Rung.Suspended, UserId? user = null, long id = 7) =>
        new(user ?? Info, id, EffectKind.Report, At, At.AddHours(1), GuardMode.Enforce, from, to, 31.5, NetworkAddress.Parse("203.0.113.9"), "RO", Reasons);

    public static Effect Ended(Rung from, Rung to) =>
        Effect(from, to, id: 9) with
        {
            Score = 0,
            Address = default,
            Country = "",
            Reasons = [new Reason(ReasonCodes.TimeIsUp, 0, 0)],
        };

    public static SiteStatus SiteStatus { get; } =
        new(
            new SiteId("example.com"),
            Rung.Restricted,
            At.AddHours(1),
            [new QuotaItem("500 recipients a day", 500, 500)],
            3,
            ["info@example.com suspended"],
            [],
            GuardMode.Enforce
        );

    public static ReportDispatch Dispatch(
        ReportChannel channel = ReportChannel.Mail,
        ReportAudience audience = ReportAudience.Admin,
        string language = "en",
        string before = "",
        params Effect[] effects
    )
    {
        var target = new ReportTarget(channel, channel == ReportChannel.Webhook ? "siem" : "admin@example.net", audience, language);
        return new ReportDispatch(
            "m.1.5.7.2",
            At,
            target,
            [.. (effects.Length == 0 ? [Effect()] : effects).Select(effect => new ReportItem(effect, target, 5))],
            effects.Length > 1 && before == "digest",
            before is "" or "digest" ? "m.1.5.7.2" : "m.1.5.5.2",
            before == "digest" ? "" : before,
            ""
        );
    }

    public static UserStatus Status { get; } =
        new(
            Info,
            new SiteId("example.com"),
            true,
            At.AddDays(-90),
            At,
            31,
            false,
            Rung.Suspended,
            Rung.Normal,
            At.AddHours(1),
            31.5,
            Reasons,
            default,
            [new FamiliarItem("country", "United Kingdom", 31, At), new FamiliarItem("network", "81.2.69.0/24", 4.5, At)],
            [new RateItem("recipients", "day", 2000, 12.5, 30)],
            [],
            [],
            GuardMode.Enforce
        );

    public sealed class Policies(GuardPolicy policy) : IPolicySource
    {
        public PolicyBook Current { get; } = PolicyBook.Of(policy);
    }

    public static IPolicySource Enforcing { get; } = new Policies(GuardPolicy.Default with { Mode = GuardMode.Enforce });

    public static FeedbackLinks Links(bool wasMe = true) =>
        new(new LinkSettings(new Uri("https://guard.example.net/"), TimeSpan.FromDays(7), wasMe, true), Key);

    public static ReportFacts Facts(IPolicySource? policies = null, FeedbackLinks? links = null) =>
        new(policies ?? Enforcing, (_, _) => Task.FromResult<UserStatus?>(Status), links, "postmaster@example.net");

    public static MailComposer Composer(ReportMailSettings settings, ReportFacts? facts = null, string templates = "", List<string>? complaints = null) =>
        new(settings, new ReportTemplates(templates, complaint => complaints?.Add(complaint)), facts ?? Facts());
}
