namespace Guard.Host.Intake.Logs;

/// <summary>
/// Reads the stamps logs carry: RFC 3164 (no year: inferred), RFC 3339 and ISO 8601, Exim's and vsftpd's and ProFTPD's own. Stateful only for the year.
/// </summary>
public sealed class StampReader(DateTimeOffset reference, TimeZoneInfo? zone)
{
    private int _year;
    private int _month;

    /// <summary>Year and month of the last RFC 3164 stamp, for checkpoints.</summary>
    public (int Year, int Month) State
    {
        get => (_year, _month);
        set => (_year, _month) = value;
    }

    /// <summary>Takes a stamp from the front of a line, with the space behind it.</summary>
    public bool TryTake(ref ReadOnlySpan<byte> line, out DateTimeOffset at)
    {
        at = default;
        if (line.Length < 15)
            return false;
        var first = line[0];
        if (first is >= (byte)'0' and <= (byte)'9')
            return TryIso(ref line, out at);
        if (first == '[')
            return TryClf(ref line, out at);
        return first is >= (byte)'A' and <= (byte)'Z' && (TryBsd(ref line, out at) || TryCtime(ref line, out at));
    }

    /// <summary><c>Mar  5 10:11:12 </c></summary>
    private bool TryBsd(ref ReadOnlySpan<byte> line, out DateTimeOffset at)
    {
        at = default;
        var month = Month(line);
        if (month == 0 || line[3] != ' ' || !TryTwo(line[4..], out var day) || line[6] != ' ' || !TryClock(line[7..], out var clock))
            return false;
        at = Zoned(YearOf(month, day), month, day, clock, 0);
        if (at == default)
            return false;
        line = line[Math.Min(line.Length, 16)..];
        return true;
    }

    /// <summary>Without a year: the latest one that is not after the reference; going backwards by more than half a year in a log is a new year.</summary>
    private int YearOf(int month, int day)
    {
        if (_year == 0)
        {
            var limit = reference.AddDays(1);
            _year = month > limit.Month || (month == limit.Month && day > limit.Day) ? limit.Year - 1 : limit.Year;
        }
        else if (_month - month > 6)
        {
            _year++;
        }
        else if (month - _month > 6)
        {
            // A straggler of December after the first line of January.
            return _year - 1;
        }
        _month = month;
        return _year;
    }

    /// <summary><c>2026-03-05T10:11:12.345678+01:00 </c>, with a space for the T, with Z or without a zone.</summary>
    private bool TryIso(ref ReadOnlySpan<byte> line, out DateTimeOffset at)
    {
        at = default;
        if (line.Length < 19 || line[4] != '-' || line[7] != '-' || line[10] is not ((byte)'T' or (byte)' ')
            || !TryTwo(line, out var century) || !TryTwo(line[2..], out var year) || !TryTwo(line[5..], out var month)
            || !TryTwo(line[8..], out var day) || !TryClock(line[11..], out var clock))
        {
            return false;
        }
        var next = 19;
        long ticks = 0;
        if (next < line.Length && line[next] is (byte)'.' or (byte)',')
        {
            next++;
            long unit = TimeSpan.TicksPerSecond / 10;
            while (next < line.Length && line[next] is >= (byte)'0' and <= (byte)'9')
            {
                ticks += (line[next++] - '0') * unit;
                unit /= 10;
            }
        }
        var full = century * 100 + year;
        if (next < line.Length && line[next] is (byte)'Z' or (byte)'z')
        {
            at = At(full, month, day, clock, ticks, TimeSpan.Zero);
            next++;
        }
        else if (next + 5 <= line.Length && line[next] is (byte)'+' or (byte)'-' && TryTwo(line[(next + 1)..], out var hours))
        {
            var colon = line[next + 3] == ':' ? 1 : 0;
            if (next + 5 + colon > line.Length || !TryTwo(line[(next + 3 + colon)..], out var minutes) || hours > 14 || minutes > 59)
                return false;
            var offset = new TimeSpan(hours, minutes, 0);
            at = At(full, month, day, clock, ticks, line[next] == '-' ? -offset : offset);
            next += 5 + colon;
        }
        else
        {
            at = Zoned(full, month, day, clock, ticks);
        }
        if (at == default)
            return false;
        if (next < line.Length && line[next] == ' ')
            next++;
        line = line[next..];
        return true;
    }

    /// <summary><c>Tue Nov 24 02:12:49 2026 </c></summary>
    private bool TryCtime(ref ReadOnlySpan<byte> line, out DateTimeOffset at)
    {
        at = default;
        if (line.Length < 24 || line[3] != ' ')
            return false;
        var rest = line[4..];
        var month = Month(rest);
        if (month == 0 || !TryTwo(rest[4..], out var day) || !TryClock(rest[7..], out var clock)
            || !TryTwo(rest[16..], out var century) || !TryTwo(rest[18..], out var year))
        {
            return false;
        }
        at = Zoned(century * 100 + year, month, day, clock, 0);
        line = line[Math.Min(line.Length, 25)..];
        return at != default;
    }

    /// <summary><c>[24/Nov/2026:02:14:15 +0000] </c></summary>
    private static bool TryClf(ref ReadOnlySpan<byte> line, out DateTimeOffset at)
    {
        at = default;
        if (line.Length < 28 || line[27] != ']' || !TryTwo(line[1..], out var day) || !TryTwo(line[8..], out var century)
            || !TryTwo(line[10..], out var year) || !TryClock(line[13..], out var clock) || !TryTwo(line[23..], out var hours) || !TryTwo(line[25..], out var minutes))
        {
            return false;
        }
        var month = Month(line[4..]);
        if (month == 0 || hours > 14 || minutes > 59)
            return false;
        var offset = new TimeSpan(hours, minutes, 0);
        at = At(century * 100 + year, month, day, clock, 0, line[22] == '-' ? -offset : offset);
        line = line[Math.Min(line.Length, 29)..];
        return at != default;
    }

    private DateTimeOffset Zoned(int year, int month, int day, (int Hour, int Minute, int Second) clock, long ticks)
    {
        var local = At(year, month, day, clock, ticks, TimeSpan.Zero);
        if (local == default || zone is null || zone.BaseUtcOffset == TimeSpan.Zero && !zone.SupportsDaylightSavingTime)
            return local;
        var plain = DateTime.SpecifyKind(local.DateTime, DateTimeKind.Unspecified);
        return new DateTimeOffset(plain, zone.GetUtcOffset(plain)).ToUniversalTime();
    }

    private static DateTimeOffset At(int year, int month, int day, (int Hour, int Minute, int Second) clock, long ticks, TimeSpan offset)
    {
        if (year is < 1 or > 9998 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return default;
        // A leap second is written as 60.
        var time = new DateTime(year, month, day, clock.Hour, clock.Minute, Math.Min(59, clock.Second), DateTimeKind.Unspecified).AddTicks(ticks);
        return time - DateTime.MinValue < TimeSpan.FromDays(2) ? default : new DateTimeOffset(time, offset).ToUniversalTime();
    }

    private static bool TryClock(ReadOnlySpan<byte> text, out (int Hour, int Minute, int Second) clock)
    {
        clock = default;
        if (text.Length < 8 || text[2] != ':' || text[5] != ':' || !TryTwo(text, out var hour) || !TryTwo(text[3..], out var minute) || !TryTwo(text[6..], out var second))
            return false;
        clock = (hour, minute, second);
        return hour < 24 && minute < 60 && second < 61;
    }

    private static bool TryTwo(ReadOnlySpan<byte> text, out int number)
    {
        number = 0;
        if (text.Length < 2)
            return false;
        var tens = text[0] == ' ' ? 0 : text[0] - '0';
        var ones = text[1] - '0';
        number = tens * 10 + ones;
        return (uint)tens < 10 && (uint)ones < 10;
    }

    private static int Month(ReadOnlySpan<byte> text)
    {
        if (text.Length < 3)
            return 0;
        var at = "JanFebMarAprMayJunJulAugSepOctNovDec"u8.IndexOf(text[..3]);
        return at >= 0 && at % 3 == 0 ? at / 3 + 1 : 0;
    }
}
