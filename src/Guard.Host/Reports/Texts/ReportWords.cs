using System.Globalization;
using Guard.Actors.Enforcement;
using Guard.Messages.Decisions;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Users;

namespace Guard.Host.Reports.Texts;

/// <summary>What a report says, in one language.</summary>
internal abstract class ReportWords
{
    private const int MostUsual = 6;

    public static ReportWords Of(string language) => language == "de" ? German.Words : English.Words;

    public abstract CultureInfo Culture { get; }

    public abstract string Rung(Rung rung);

    public abstract string Reason(Reason reason);

    /// <summary>What was done about an effect, or what would have been, by the mode of each deed.</summary>
    public IEnumerable<string> Done(Effect effect, GuardPolicy policy)
    {
        var inline = policy.Mode == GuardMode.Enforce;
        if (effect.From == effect.To)
            return [Alarm];
        return effect.To switch
        {
            Messages.Policies.Rung.Normal => [NothingLimited],
            Messages.Policies.Rung.Reported => [OnlyReported],
            Messages.Policies.Rung.Restricted => [Restricted(inline, policy.Reactions.RestrictTo.ToString("P0", Culture))],
            Messages.Policies.Rung.Suspended => [Refused(inline), Locked(IsDone(EffectKind.LockAccount, policy))],
            _ => [Refused(inline), Locked(IsDone(EffectKind.LockAccount, policy)), Blocked(IsDone(EffectKind.BlockAddress, policy))],
        };
    }

    /// <summary>What is usual for the account: from where, how it is used, how much.</summary>
    public IEnumerable<string> Usual(UserStatus status)
    {
        foreach (var kind in status.Familiar.Where(item => item.Days > 0).GroupBy(item => item.Kind))
            yield return $"{Kind(kind.Key)}: {string.Join(", ", kind.Take(MostUsual).Select(item => Days(item.Name, item.Days)))}";
        foreach (var rate in status.Rates.Where(rate => rate.Windows > 0 && rate.Per is "hour" or "day"))
            yield return Rate(rate.Measure, rate.Per, rate.Usual.ToString("0.#", Culture));
    }

    /// <summary>How an admin takes it back, with the command that does it.</summary>
    public IEnumerable<(string What, string Line)> Undo(UserId user)
    {
        yield return (UndoAbsolve, $"accountguard user absolve {Argument(user.Value)}");
        yield return (UndoRelease, $"accountguard user release {Argument(user.Value)}");
        yield return (UndoConfirm, $"accountguard user confirm {Argument(user.Value)}");
    }

    protected abstract string Alarm { get; }

    protected abstract string NothingLimited { get; }

    protected abstract string OnlyReported { get; }

    protected abstract string UndoAbsolve { get; }

    protected abstract string UndoRelease { get; }

    protected abstract string UndoConfirm { get; }

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
    private static string Argument(string name) =>
        name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '@' or '+' or '=') ? name : $"'{name.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
