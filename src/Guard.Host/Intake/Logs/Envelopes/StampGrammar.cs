namespace Guard.Host.Intake.Logs.Envelopes;

/// <summary>Reads the stamps that logs carry, at the front of a text. Knows no time and keeps nothing.</summary>
internal static class StampGrammar
{
    private const int Shortest = 14;

    public static bool TryRead(ReadOnlySpan<byte> text, out Stamp stamp)
    {
        stamp = default;
        if (text.Length < Shortest)
            return false;
        var first = text[0];
        if (IsDigit(first))
            return TryIso(text, out stamp);
        if (first == '[')
            return TryBracketed(text, out stamp) || TryPanel(text, out stamp);
        if (first == '@')
            return TryTai(text, out stamp);
        return first is >= (byte)'A' and <= (byte)'Z' && (TryBsd(text, out stamp) || TryCtime(text, out stamp));
    }

    private static bool TryBsd(ReadOnlySpan<byte> text, out Stamp stamp)
    {
        stamp = default;
        var month = Month(text);
        var at = 3;
        if (month == 0 || !TryDay(text, ref at, out var day))
            return false;
        var year = 0;
        if (at + 5 < text.Length && IsDigit(text[at]) && text[at + 4] == ' ' && TryFour(text[at..], out year))
            at += 5;
        if (!TryClock(text, ref at, out var clock))
            return false;
        var fine = TryFraction(text, ref at, ref clock);
        return TryEnd(text, ref at)
            && Is(year == 0 ? 2000 : year, month, day)
            && Made(new Stamp(StampForm.Bsd, year, month, day, clock, false, 0, at, fine), out stamp);
    }

    /// <summary>With T or a blank between date and time; a zone may follow at once, and behind a blank where daemons write so (Exim's
    /// <c>log_timezone</c>).</summary>
    private static bool TryIso(ReadOnlySpan<byte> text, out Stamp stamp)
    {
        stamp = default;
        if (text.Length < 19 || text[4] != '-' || text[7] != '-' || text[10] is not ((byte)'T' or (byte)' ') || text[13] != ':' || text[16] != ':')
            return false;
        // Nearly every line of a busy log comes by here: the digits are checked together.
        var odd = 0u;
        var year = (Digit(text[0], ref odd) * 1000) + (Digit(text[1], ref odd) * 100) + (Digit(text[2], ref odd) * 10) + Digit(text[3], ref odd);
        var month = (Digit(text[5], ref odd) * 10) + Digit(text[6], ref odd);
        var day = (Digit(text[8], ref odd) * 10) + Digit(text[9], ref odd);
        var hour = (Digit(text[11], ref odd) * 10) + Digit(text[12], ref odd);
        var minute = (Digit(text[14], ref odd) * 10) + Digit(text[15], ref odd);
        var second = (Digit(text[17], ref odd) * 10) + Digit(text[18], ref odd);
        if (odd != 0 || hour > 23 || minute > 59 || second > 60)
            return false;
        var clock = Ticks(hour, minute, second);
        var at = 19;
        var form = text[10] == 'T' ? StampForm.Iso : StampForm.IsoBlank;
        var fine = TryFraction(text, ref at, ref clock);
        short offset = 0;
        var zoned = false;
        if (at < text.Length && text[at] is (byte)'Z' or (byte)'z')
        {
            zoned = true;
            at++;
        }
        else if (
            TryOffset(text, at, out offset, out var behind)
            || (form == StampForm.IsoBlank && at < text.Length && text[at] == ' ' && TryOffset(text, at + 1, out offset, out behind))
        )
        {
            zoned = true;
            at = behind;
        }
        return TryEnd(text, ref at) && Is(year, month, day) && Made(new Stamp(form, year, month, day, clock, zoned, offset, at, fine), out stamp);
    }

    /// <summary>TAI64N, as multilog writes it in front of what daemons under it say: seconds since 1970 and ten, from 2^62 on, and nanoseconds.</summary>
    private static bool TryTai(ReadOnlySpan<byte> text, out Stamp stamp)
    {
        stamp = default;
        if (text.Length < 26 || text[25] != ' ' || !System.Buffers.Text.Utf8Parser.TryParse(text[1..17], out ulong label, out var used, 'x') || used != 16)
            return false;
        var seconds = (long)(label - (1UL << 62)) - 10;
        if (seconds is < 0 or > 32_000_000_000)
            return false;
        var at = DateTimeOffset.FromUnixTimeSeconds(seconds);
        stamp = new Stamp(StampForm.Bsd, at.Year, at.Month, at.Day, at.TimeOfDay.Ticks, true, 0, 26, false);
        return true;
    }

    private static bool TryCtime(ReadOnlySpan<byte> text, out Stamp stamp)
    {
        stamp = default;
        if (text.Length < 23 || text[3] != ' ' || "SunMonTueWedThuFriSat"u8.IndexOf(text[..3]) is not (0 or 3 or 6 or 9 or 12 or 15 or 18))
            return false;
        var month = Month(text[4..]);
        var at = 7;
        if (
            month == 0
            || !TryDay(text, ref at, out var day)
            || !TryClock(text, ref at, out var clock)
            || at >= text.Length
            || text[at] != ' '
            || !TryFour(text[(at + 1)..], out var year)
        )
        {
            return false;
        }
        at += 5;
        return TryEnd(text, ref at) && Is(year, month, day) && Made(new Stamp(StampForm.Ctime, year, month, day, clock, false, 0, at, false), out stamp);
    }

    /// <summary><c>[24/Nov/2026:02:14:15 +0000] </c> and <c>[24-Nov-2026 02:14:15 +0000]: </c></summary>
    private static bool TryBracketed(ReadOnlySpan<byte> text, out Stamp stamp)
    {
        stamp = default;
        if (
            text.Length < 28
            || text[3] is not ((byte)'/' or (byte)'-')
            || text[7] != text[3]
            || !TryTwo(text[1..], out var day)
            || !TryFour(text[8..], out var year)
        )
        {
            return false;
        }
        var month = Month(text[4..]);
        var form = text[3] == '/' ? StampForm.CommonLog : StampForm.Php;
        var at = 13;
        if (month == 0 || text[12] != (form == StampForm.CommonLog ? ':' : ' ') || !TryClock(text, ref at, out var clock))
            return false;
        var fine = TryFraction(text, ref at, ref clock);
        if (at >= text.Length || text[at] != ' ' || !TryOffset(text, at + 1, out var offset, out at) || at >= text.Length || text[at] != ']')
            return false;
        at++;
        if (form == StampForm.Php && (at >= text.Length || text[at++] != ':'))
            return false;
        return TryEnd(text, ref at) && Is(year, month, day) && Made(new Stamp(form, year, month, day, clock, true, offset, at, fine), out stamp);
    }

    /// <summary><c>[2026-11-24 02:14:15 +0000] </c></summary>
    private static bool TryPanel(ReadOnlySpan<byte> text, out Stamp stamp)
    {
        stamp = default;
        var close = text[..Math.Min(text.Length, 40)].IndexOf((byte)']');
        if (close < 0 || !TryIso(text[1..close], out var inner) || inner.Length != close - 1 || !inner.HasOffset)
            return false;
        var at = close + 1;
        return TryEnd(text, ref at) && Made(inner with { Form = StampForm.Panel, Length = at }, out stamp);
    }

    private static bool Made(Stamp made, out Stamp stamp)
    {
        stamp = made;
        return true;
    }

    private static bool Is(int year, int month, int day) =>
        year is > 0 and < 9999 && month is >= 1 and <= 12 && day >= 1 && (day <= 28 || day <= DateTime.DaysInMonth(year, month));

    /// <summary>A leap second is written as 60.</summary>
    private static long Ticks(int hour, int minute, int second) => (((hour * 60L) + minute) * 60 + Math.Min(59, second)) * TimeSpan.TicksPerSecond;

    private static int Digit(byte c, ref uint odd)
    {
        var digit = (uint)(c - '0');
        odd |= digit > 9 ? 1u : 0u;
        return (int)digit;
    }

    /// <summary>A blank or two, one or two digits, a blank.</summary>
    private static bool TryDay(ReadOnlySpan<byte> text, ref int at, out int day)
    {
        day = 0;
        if (at >= text.Length || text[at] != ' ')
            return false;
        at++;
        if (at < text.Length && text[at] == ' ')
            at++;
        var digits = 0;
        while (at < text.Length && digits < 2 && IsDigit(text[at]))
        {
            day = day * 10 + text[at++] - '0';
            digits++;
        }
        if (digits == 0 || at >= text.Length || text[at] != ' ')
            return false;
        at++;
        return true;
    }

    private static bool TryClock(ReadOnlySpan<byte> text, ref int at, out long ticks)
    {
        ticks = 0;
        if (at + 8 > text.Length)
            return false;
        var clock = text[at..];
        if (
            clock[2] != ':'
            || clock[5] != ':'
            || !TryTwo(clock, out var hour)
            || !TryTwo(clock[3..], out var minute)
            || !TryTwo(clock[6..], out var second)
            || hour > 23
            || minute > 59
            || second > 60
        )
        {
            return false;
        }
        ticks = Ticks(hour, minute, second);
        at += 8;
        return true;
    }

    private static bool TryFraction(ReadOnlySpan<byte> text, ref int at, ref long ticks)
    {
        if (at + 1 >= text.Length || text[at] is not ((byte)'.' or (byte)',') || !IsDigit(text[at + 1]))
            return false;
        at++;
        for (long unit = TimeSpan.TicksPerSecond / 10; at < text.Length && IsDigit(text[at]); at++, unit /= 10)
            ticks += (text[at] - '0') * unit;
        return true;
    }

    /// <summary><c>+0100</c>, <c>+01:00</c>, <c>+01</c>.</summary>
    private static bool TryOffset(ReadOnlySpan<byte> text, int at, out short minutes, out int behind)
    {
        minutes = 0;
        behind = at;
        if (at + 3 > text.Length || text[at] is not ((byte)'+' or (byte)'-') || !TryTwo(text[(at + 1)..], out var hours) || hours > 14)
            return false;
        var next = at + 3;
        var rest = 0;
        var colon = next < text.Length && text[next] == ':' ? 1 : 0;
        if (next + colon + 2 <= text.Length && TryTwo(text[(next + colon)..], out rest))
            next += colon + 2;
        else if (colon > 0)
            return false;
        if (rest > 59)
            return false;
        minutes = (short)(text[at] == '-' ? -(hours * 60 + rest) : hours * 60 + rest);
        behind = next;
        return true;
    }

    /// <summary>A stamp ends with the text, or with blanks, which are passed over.</summary>
    private static bool TryEnd(ReadOnlySpan<byte> text, ref int at)
    {
        if (at < text.Length && text[at] != ' ')
            return false;
        while (at < text.Length && text[at] == ' ')
            at++;
        return true;
    }

    private static bool TryTwo(ReadOnlySpan<byte> text, out int number)
    {
        number = 0;
        if (text.Length < 2)
            return false;
        var tens = text[0] - '0';
        var ones = text[1] - '0';
        number = tens * 10 + ones;
        return (uint)tens < 10 && (uint)ones < 10;
    }

    private static bool TryFour(ReadOnlySpan<byte> text, out int number)
    {
        number = 0;
        if (text.Length < 4 || !TryTwo(text, out var century) || !TryTwo(text[2..], out var year))
            return false;
        number = century * 100 + year;
        return true;
    }

    private static bool IsDigit(byte c) => c is >= (byte)'0' and <= (byte)'9';

    private static int Month(ReadOnlySpan<byte> text)
    {
        if (text.Length < 3)
            return 0;
        var at = "JanFebMarAprMayJunJulAugSepOctNovDec"u8.IndexOf(text[..3]);
        return at >= 0 && at % 3 == 0 ? at / 3 + 1 : 0;
    }
}
