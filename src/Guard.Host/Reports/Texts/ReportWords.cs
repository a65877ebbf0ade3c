using System.Globalization;
using Guard.Actors.Policies;
using Guard.Host.Texts;
using Guard.Messages.Decisions;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Host.Reports.Texts;

/// <summary>What a report says, in one language.</summary>
internal abstract class ReportWords
{
    private const int MaxUsual = 6;

    public static ReportWords Of(string language) => language == "de" ? German.Words : English.Words;

    public abstract CultureInfo Culture { get; }

    public abstract string Rung(Rung rung);

    public abstract string Reason(Reason reason);

    /// <summary>Who did it by hand, and why.</summary>
    public abstract string By(Author by);

    /// <summary>What was done about an effect, or what would have been, by the mode of each deed.</summary>
    public IEnumerable<string> Done(Effect effect, GuardPolicy policy)
    {
        var inline = policy.Mode == GuardMode.Enforce;
        if (effect.From == effect.To)
            return [IsUnheld(effect) ? Unheld : Alarm];
        if (effect.Site is not null)
            return OfSite(effect, policy);
        if (effect.IsEnd)
            return Ended(effect, policy);
        return effect.To switch
        {
            Messages.Policies.Rung.Normal => [NothingLimited],
            Messages.Policies.Rung.Reported => [OnlyReported],
            Messages.Policies.Rung.Restricted => [Restricted(inline, policy.Reactions.RestrictTo.ToString("P0", Culture))],
            Messages.Policies.Rung.Suspended => [Refused(inline), Locked(IsDone(EffectKind.LockAccount, policy))],
            _ => [Refused(inline), Locked(IsDone(EffectKind.LockAccount, policy)), Blocked(IsDone(EffectKind.BlockAddress, policy))],
        };
    }

    /// <summary>What goes on although the account is locked, and how much of its mail waits for somebody's word: the admin's business.</summary>
    public IEnumerable<string> Standing(Effect effect, UserStatus? status, ReportAudience audience)
    {
        if (status is null || audience != ReportAudience.Admin)
            return [];
        IEnumerable<string> gaps = effect.IsEnd || status.Gaps.IsDefault || IsUnheld(effect) ? [] : status.Gaps.Select(Reason);
        return status.HeldMails > 0 ? gaps.Append(Held(status.HeldMails)) : gaps;
    }

    private static bool IsUnheld(Effect effect) => effect.Reasons is [{ Code: ReasonCodes.LockNotHeld or ReasonCodes.BlockNotHeld }, ..];

    /// <summary>What is usual for the account: from where, how it is used, how much.</summary>
    public IEnumerable<string> Usual(UserStatus status)
    {
        foreach (var kind in status.Familiar.Where(item => item.Days > 0).GroupBy(item => item.Kind))
            yield return $"{Kind(kind.Key)}: {string.Join(", ", kind.Take(MaxUsual).Select(item => Days(item.Name, item.Days)))}";
        foreach (var rate in status.Rates.Where(rate => rate.Windows > 0 && rate.Per is "hour" or "day"))
            yield return Rate(rate.Measure, rate.Per, rate.Usual.ToString("0.#", Culture));
    }

    /// <summary>How much of its shared quotas a site has used, and which of its accounts reacted lately.</summary>
    public IEnumerable<string> Usual(SiteStatus status)
    {
        foreach (var quota in status.Quotas)
            yield return Used(quota.Quota, quota.Used, quota.Limit);
        if (!status.RecentUsers.IsEmpty)
            yield return Reacted(string.Join(", ", status.RecentUsers.TakeLast(MaxUsual)));
    }

    /// <summary>How an admin takes it back, with the command that does it.</summary>
    public IEnumerable<(string What, string Line)> Undo(Effect effect, UserStatus? status = null)
    {
        var stands = !effect.IsEnd || effect.To > Messages.Policies.Rung.Normal;
        if (effect.Site is { } site)
            return stands ? [(UndoSite, $"accountguard inspect site release {Argument(site.Value)}")] : [];
        var user = Argument(effect.User.Value);
        var undo = new List<(string What, string Line)>();
        // Who released or absolved an account has said what it was.
        if (stands || IsTimeUp(effect))
            undo.Add((UndoAbsolve, $"accountguard user absolve {user}"));
        if (stands)
            undo.Add((UndoRelease, $"accountguard user release {user}"));
        undo.Add((UndoConfirm, $"accountguard user confirm {user}"));
        if (status is { HeldMails: > 0 })
        {
            undo.Add((SendHeld, $"accountguard queue release {user}"));
            undo.Add((DeleteHeld, $"accountguard queue delete {user}"));
        }
        return undo;
    }

    /// <summary>It ended by itself: nobody has said yet what it was.</summary>
    public static bool IsTimeUp(Effect effect) => effect.IsEnd && effect.Reasons.Any(reason => reason.Code == ReasonCodes.TimeIsUp);

    private IEnumerable<string> OfSite(Effect effect, GuardPolicy policy)
    {
        var inline = policy.Mode == GuardMode.Enforce;
        return effect.To switch
        {
            Messages.Policies.Rung.Restricted => [SiteRestricted(inline, policy.Reactions.RestrictTo.ToString("P0", Culture))],
            > Messages.Policies.Rung.Restricted => [SiteRefused(inline)],
            _ => [effect.IsEnd ? NothingLimited : OnlyReported],
        };
    }

    private IEnumerable<string> Ended(Effect effect, GuardPolicy policy)
    {
        if (effect.From >= Messages.Policies.Rung.Suspended && effect.To < Messages.Policies.Rung.Suspended)
            yield return Unlocked(IsDone(EffectKind.UnlockAccount, policy));
        if (effect.To == Messages.Policies.Rung.Restricted)
            yield return Restricted(policy.Mode == GuardMode.Enforce, policy.Reactions.RestrictTo.ToString("P0", Culture));
        else
            yield return NothingLimited;
    }

    protected abstract string Alarm { get; }

    protected abstract string Unheld { get; }

    protected abstract string SendHeld { get; }

    protected abstract string DeleteHeld { get; }

    protected abstract string Held(int mails);

    protected abstract string NothingLimited { get; }

    protected abstract string OnlyReported { get; }

    protected abstract string UndoAbsolve { get; }

    protected abstract string UndoRelease { get; }

    protected abstract string UndoConfirm { get; }

    protected abstract string UndoSite { get; }

    /// <summary>The name of all sites together.</summary>
    public abstract string AllSites { get; }

    protected abstract string Unlocked(bool done);

    protected abstract string SiteRestricted(bool done, string share);

    protected abstract string SiteRefused(bool done);

    protected abstract string Used(string quota, long used, long limit);

    protected abstract string Reacted(string users);

    protected abstract string Restricted(bool done, string share);

    protected abstract string Refused(bool done);

    protected abstract string Locked(bool done);

    protected abstract string Blocked(bool done);

    protected abstract string Kind(string kind);

    protected abstract string Days(string name, double days);

    protected abstract string Rate(string measure, string per, string usual);

    protected string Number(double value) => value.ToString(value >= 100 ? "0" : "0.#", Culture);

    private static bool IsDone(EffectKind kind, GuardPolicy policy) => EffectMode.Of(kind, policy) == GuardMode.Enforce;

    /// <summary>Names come from logs: what a shell would take for more than a name is quoted.</summary>
    private static string Argument(string name) => name.StartsWith('-') ? $"-- {ShellWord.Of(name)}" : ShellWord.Of(name);
}
