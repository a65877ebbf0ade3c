using Guard.Messages.Decisions;
using Guard.Messages.Users;

namespace Guard.Actors.Users;

/// <summary>
/// When alarms of each kind were last raised, milliseconds since 1970: one an hour of each, so that the flood which they tell of becomes no flood of alarms, and
/// none of them silences another.
/// </summary>
/// <param name="Quota">That a quota with an alarm is exceeded.</param>
/// <param name="Lock">That a lock does not hold.</param>
/// <param name="Block">That a block does not hold.</param>
public readonly record struct AlarmTimes(long Quota, long Lock, long Block)
{
    private const long Every = 3_600_000;

    /// <summary>Whether an alarm for these reasons is due.</summary>
    public bool Allow(string code, long at) => at - Of(code) >= Every;

    public AlarmTimes Note(AlarmRaised alarm)
    {
        var at = alarm.At.ToUnixTimeMilliseconds();
        return KindOf(alarm) switch
        {
            ReasonCodes.LockNotHeld => this with { Lock = at },
            ReasonCodes.BlockNotHeld => this with { Block = at },
            _ => this with { Quota = at },
        };
    }

    /// <summary>None lies after a time.</summary>
    public AlarmTimes SetBack(long at) => new(Math.Min(Quota, at), Math.Min(Lock, at), Math.Min(Block, at));

    private long Of(string code) =>
        code switch
        {
            ReasonCodes.LockNotHeld => Lock,
            ReasonCodes.BlockNotHeld => Block,
            _ => Quota,
        };

    private static string KindOf(AlarmRaised alarm) => alarm.Reasons.IsEmpty ? "" : alarm.Reasons[0].Code;
}
