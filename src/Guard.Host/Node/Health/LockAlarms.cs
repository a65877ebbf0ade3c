using System.Collections.Concurrent;
using Guard.Actors.Reactions;
using Guard.Actors.Users;
using Guard.Host.Texts;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Host.Node.Health;

/// <summary>Accounts of this node that are locked and were used all the same, as long as they are locked.</summary>
internal sealed class LockAlarms : IEntityObserver
{
    private const int MaxAccounts = 1000;

    private readonly ConcurrentDictionary<UserId, AlarmRaised> _broken = new();

    public IEnumerable<Finding> Look()
    {
        const string check = "locks that hold";
        var broken = _broken.OrderBy(one => one.Value.At).ToArray();
        if (broken.Length == 0)
            return [Finding.Ok(check, "no locked account was used")];
        var (user, alarm) = broken[^1];
        return
        [
            Finding.Fault(
                check,
                FormattableString.Invariant(
                    $"{broken.Length} locked accounts were used, last {IncidentText.Safe(user.Value)}: {alarm.Reasons[0].Subject} at {IncidentText.Time(alarm.At)} UTC{Missing(alarm)}"
                ),
                "let the server ask the guard (intake.postfix-policy, intake.auth-policy), or read what enforcement.locks writes; accountguard doctor looks"
            ),
        ];
    }

    private static string Missing(AlarmRaised alarm) => string.Concat(alarm.Reasons.Skip(1).Select(reason => $"; {IncidentText.Safe(ReasonText.Of(reason))}"));

    public void Journaled(SiteId site, UserEventBatch batch, long number, UserState state, TimeSpan took)
    {
        if (state.Reaction.Rung < Rung.Suspended)
        {
            if (!_broken.IsEmpty)
                _broken.TryRemove(batch.User, out _);
            return;
        }
        foreach (var change in batch.Events)
        {
            if (
                change is AlarmRaised { Reasons: [{ Code: ReasonCodes.LockNotHeld }, ..] } alarm
                && (_broken.Count < MaxAccounts || _broken.ContainsKey(batch.User))
            )
                _broken[batch.User] = alarm;
        }
    }

    public void Awake(EntityKind kind) { }

    public void Asleep(EntityKind kind) { }

    public void Journaled(SiteEvent change) { }

    public void JournalFailed(EntityKind kind) { }
}
