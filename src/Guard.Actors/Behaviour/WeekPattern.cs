using System.Numerics;

namespace Guard.Actors.Behaviour;

/// <summary>In which hours of the week an account was active in each of the last eight weeks: one bit per hour and week.</summary>
public sealed class WeekPattern(int week, byte[] hours)
{
    public const int Hours = 168;

    public static WeekPattern Empty { get; } = new(0, new byte[Hours]);

    public int Week => week;

    public ReadOnlySpan<byte> Bits => hours;

    public WeekPattern See(long second)
    {
        // 1970-01-01 was a Thursday; the phase does not matter as long as it stays the same.
        var nowWeek = (int)(second / 604800);
        var hour = (int)(second % 604800 / 3600);
        if (nowWeek < week)
            return this;
        if (nowWeek == week && (hours[hour] & Mask(nowWeek)) != 0)
            return this;
        var next = (byte[])hours.Clone();
        if (nowWeek != week)
        {
            byte keep = 0xFF;
            for (var w = week + 1; w <= nowWeek && w - week <= 8; w++)
                keep &= (byte)~Mask(w);
            for (var i = 0; i < Hours; i++)
                next[i] &= keep;
        }
        next[hour] |= Mask(nowWeek);
        return new WeekPattern(nowWeek, next);
    }

    /// <summary>In how many of the last eight weeks each hour of the week (UTC) had activity, Monday 0 h first.</summary>
    public byte[] Counts()
    {
        // 1970-01-01 was a Thursday.
        const int MondayOffset = 4 * 24;
        var counts = new byte[Hours];
        for (var i = 0; i < Hours; i++)
            counts[i] = (byte)BitOperations.PopCount(hours[(i + MondayOffset) % Hours]);
        return counts;
    }

    private static byte Mask(int week) => (byte)(1 << (week & 7));

    /// <summary>
    /// Bits of surprise of activity at this hour: 0 to 2. Silent until forty active hours are known.
    /// </summary>
    public double Surprise(long second)
    {
        var total = 0;
        foreach (var bits in hours)
            total += BitOperations.PopCount(bits);
        if (total < 40)
            return 0;
        var hour = (int)(second % 604800 / 3600);
        var near = 0;
        for (var day = 0; day < 7; day++)
        {
            // The same hour of any day, one hour either side: people keep hours more than weekdays.
            var at = (hour + day * 24) % Hours;
            near +=
                BitOperations.PopCount(hours[at]) + BitOperations.PopCount(hours[(at + 1) % Hours]) + BitOperations.PopCount(hours[(at + Hours - 1) % Hours]);
        }
        var share = (near + 0.5) / (total + 4.0);
        return Math.Clamp(Math.Log2(3.0 / 24 / share), 0, 2);
    }
}
