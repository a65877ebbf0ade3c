namespace Guard.Host.Intake.Logs.Envelopes;

/// <summary>
/// Makes times of stamps: finds the year where none is written, and the offset where a zone's clock shows an hour twice. Stateful for these two only, so that
/// the same lines yield the same times.
/// </summary>
internal sealed class StampReader(LogParserSettings settings)
{
    /// <summary>Lines of one file stand nearly in order; what lies further back within the double hour belongs to its second pass.</summary>
    private static readonly long Straggling = TimeSpan.FromMinutes(1).Ticks;

    private static readonly long Doubled = TimeSpan.FromHours(2).Ticks;

    private readonly TimeZoneInfo? _zone = settings.Zone is { } zone && (zone.BaseUtcOffset != TimeSpan.Zero || zone.SupportsDaylightSavingTime) ? zone : null;
    private int _year;
    private int _month;
    private long _lastZoned;
    private (int Year, int Month, int Day) _date;
    private long _midnight;

    // The offset holds for the local hour: one look into the zone's rules for thousands of lines.
    private long _hour = -1;
    private long _offset;
    private long _second;

    private DateTimeOffset _limitOf;
    private (int Year, int Month, int Day) _limit;

    /// <summary>No stamp without a year is later than a day after this; moved on when the next file of a replay is begun.</summary>
    public DateTimeOffset Reference { get; set; } = settings.Reference;

    /// <summary>Year and month of the last stamp without a year, and the last time (UTC ticks) that was made with the zone.</summary>
    public (int Year, int Month, long Zoned) State
    {
        get => (_year, _month, _lastZoned);
        set => (_year, _month, _lastZoned) = value;
    }

    public DateTimeOffset Resolve(in Stamp stamp)
    {
        var year = stamp.Year == 0 ? YearOf(stamp.Month, stamp.Day) : stamp.Year;
        var ticks = Midnight(year, stamp.Month, stamp.Day) + stamp.Clock;
        if (stamp.HasOffset)
            ticks -= stamp.Offset * TimeSpan.TicksPerMinute;
        else if (_zone is not null)
            ticks = Zoned(ticks);
        return new DateTimeOffset(Math.Clamp(ticks, TimeSpan.TicksPerDay, DateTime.MaxValue.Ticks - TimeSpan.TicksPerDay), TimeSpan.Zero);
    }

    /// <summary>Lines of one day follow each other.</summary>
    private long Midnight(int year, int month, int day)
    {
        var date = (year, month, day);
        if (date != _date)
            (_date, _midnight) = (date, new DateTime(year, month, Math.Min(day, DateTime.DaysInMonth(year, month))).Ticks);
        return _midnight;
    }

    /// <summary>The year that goes on from the line before, never one that lies in the future: a board without a clock that says January is not next
    /// year's.</summary>
    private int YearOf(int month, int day)
    {
        var limit = Limit(settings.Clock?.GetUtcNow() ?? Reference);
        var latest = month > limit.Month || (month == limit.Month && day > limit.Day) ? limit.Year - 1 : limit.Year;
        if (_year == 0 || settings.Clock is not null)
        {
            (_year, _month) = (latest, month);
            return latest;
        }
        var year =
            _month - month > 6 ? _year + 1
            : month - _month > 6 ? _year - 1
            : _year;
        if (year > latest)
            return latest;
        // A straggler of December behind the first line of January changes nothing.
        if (year >= _year)
            (_year, _month) = (year, month);
        return year;
    }

    /// <summary>A day behind the time; worked out anew only when an hour has gone by, which a day bears.</summary>
    private (int Year, int Month, int Day) Limit(DateTimeOffset now)
    {
        if ((now - _limitOf).Duration() > TimeSpan.FromHours(1))
        {
            var limit = now.AddDays(1);
            (_limitOf, _limit) = (now, (limit.Year, limit.Month, limit.Day));
        }
        return _limit;
    }

    private long Zoned(long local)
    {
        // Zones change their offset at full or half hours.
        var hour = local / (TimeSpan.TicksPerHour / 2);
        if (hour != _hour)
            Look(local, hour);
        var at = local - _offset;
        // The clock shows this hour twice: the file's order tells which pass it is.
        if (_second != _offset && at < _lastZoned - Straggling && at > _lastZoned - Doubled)
            at = local - _second;
        // A lone line from the future does not stay.
        if (at > _lastZoned || at < _lastZoned - TimeSpan.TicksPerDay)
            _lastZoned = at;
        return at;
    }

    private void Look(long local, long hour)
    {
        var time = new DateTime(local, DateTimeKind.Unspecified);
        _hour = hour;
        _offset = _second = _zone!.GetUtcOffset(time).Ticks;
        if (!_zone.IsAmbiguousTime(time))
            return;
        foreach (var offset in _zone.GetAmbiguousTimeOffsets(time))
            (_offset, _second) = (Math.Max(_offset, offset.Ticks), Math.Min(_second, offset.Ticks));
    }
}
