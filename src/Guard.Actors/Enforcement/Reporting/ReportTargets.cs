using System.Collections.Immutable;
using Guard.Messages.Enforcement;
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
        if (effect.To < reports.FromRung && effect.To != effect.From)
            return [];
        if (rules.Mail)
            Mail(targets, effect, policy, rules);
        if (reports.Webhook)
        {
            foreach (var name in rules.Webhooks)
                targets.Add(new ReportTarget(ReportChannel.Webhook, name, ReportAudience.Machine, reports.Language));
        }
        // Only what locked an account is worth a stranger's time.
        if (reports.Abuse && rules.AbuseDesk.Length > 0 && effect.To >= Rung.Suspended && effect.From != effect.To && !effect.Address.IsNone)
            targets.Add(new ReportTarget(ReportChannel.Abuse, rules.AbuseDesk, ReportAudience.AbuseDesk, "en"));
        return targets.ToImmutable();
    }

    private static void Mail(ImmutableArray<ReportTarget>.Builder targets, Effect effect, GuardPolicy policy, ReportRules rules)
    {
        var reports = policy.Reports;
        var owners = Addresses(reports.OwnerAddress);
        if (reports.Admin)
            Add(rules.Admins, ReportAudience.Admin, "en");
        if (reports.Owner)
            Add(owners, ReportAudience.Owner, reports.Language);
        if (!reports.User)
            return;
        if (reports.UserAddress.Length > 0)
        {
            Add(Addresses(reports.UserAddress), ReportAudience.User, reports.Language);
            return;
        }
        // Nobody reads the mailbox of a locked account, or the wrong one does: somebody else must hear of it too.
        var locked = effect.To >= Rung.Suspended && EffectMode.Of(EffectKind.LockAccount, policy) == GuardMode.Enforce;
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
