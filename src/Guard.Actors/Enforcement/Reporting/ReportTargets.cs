using System.Collections.Immutable;
using Guard.Actors.Policies;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Actors.Enforcement.Reporting;

/// <summary>Who is told of an effect. Pure.</summary>
public static class ReportTargets
{
    public static ImmutableArray<ReportTarget> Of(Effect effect, GuardPolicy policy, ReportRules rules)
    {
        var reports = policy.Reports;
        var targets = ImmutableArray.CreateBuilder<ReportTarget>();
        // An alarm of a quota is told whatever the rung: the admin asked for it.
        // Who was told of a reaction is told of its end.
        if (Highest(effect) < reports.FromRung && effect.To != effect.From)
            return [];
        if (rules.Mail)
            Mail(targets, effect, policy, rules);
        if (reports.Webhook)
        {
            foreach (var name in rules.Webhooks)
                targets.Add(new ReportTarget(ReportChannel.Webhook, name, ReportAudience.Machine, reports.Language));
        }
        // Only what locked an account is worth a stranger's time.
        if (reports.Abuse && rules.AbuseDesk.Length > 0 && effect.To >= Rung.Suspended && effect.To > effect.From && !effect.Address.IsNone)
            targets.Add(new ReportTarget(ReportChannel.Abuse, rules.AbuseDesk, ReportAudience.AbuseDesk, "en"));
        return targets.ToImmutable();
    }

    /// <summary>The policy of whom the effect is about.</summary>
    public static GuardPolicy PolicyOf(Effect effect, PolicyBook book) =>
        effect.Site is { } site ? book.For(site).Policy : book.For(book.SiteOf(effect.User)).For(effect.User);

    public static SiteId SiteOf(Effect effect, PolicyBook book) => effect.Site ?? book.SiteOf(effect.User);

    private static Rung Highest(Effect effect) => effect.To > effect.From ? effect.To : effect.From;

    private static void Mail(ImmutableArray<ReportTarget>.Builder targets, Effect effect, GuardPolicy policy, ReportRules rules)
    {
        var reports = policy.Reports;
        var owners = Addresses(reports.OwnerAddress);
        if (reports.Admin)
            Add(rules.Admins, ReportAudience.Admin, "en");
        if (reports.Owner)
            Add(owners, ReportAudience.Owner, reports.Language);
        if (!reports.User || effect.Site is not null)
            return;
        if (reports.UserAddress.Length > 0)
        {
            Add(Addresses(reports.UserAddress), ReportAudience.User, reports.Language);
            return;
        }
        // Nobody reads the mailbox of a locked account, or the wrong one does: somebody else must hear of it too.
        var locked = Highest(effect) >= Rung.Suspended && EffectMode.Of(EffectKind.LockAccount, policy) == GuardMode.Enforce;
        if (locked && targets.Count == 0)
        {
            Add(owners, ReportAudience.Owner, reports.Language);
            if (targets.Count == 0)
                Add(rules.Admins, ReportAudience.Admin, "en");
        }
        Add([effect.User.Value], ReportAudience.Mailbox, reports.Language);

        void Add(IEnumerable<string> addresses, ReportAudience audience, string language)
        {
            foreach (var address in addresses)
            {
                if (!targets.Any(known => known.Recipient.Equals(address, StringComparison.OrdinalIgnoreCase)))
                    targets.Add(new ReportTarget(ReportChannel.Mail, address, audience, language));
            }
        }
    }

    public static string[] Addresses(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
