namespace Guard.Host.Intake.Logs.Envelopes;

/// <summary>How a stamp is written, which tells much about who wrote the line.</summary>
internal enum StampForm
{
    /// <summary><c>Mar  5 10:11:12</c>, also with one blank, fractions, or a year: RFC 3164.</summary>
    Bsd,

    /// <summary><c>2026-03-05T10:11:12.345678+01:00</c>: RFC 3339.</summary>
    Iso,

    /// <summary><c>2026-03-05 10:11:12</c>, with fractions or a zone: what daemons write into files of their own.</summary>
    IsoBlank,

    /// <summary><c>Tue Nov 24 02:12:49 2026</c>: ctime(3).</summary>
    Ctime,

    /// <summary><c>[24/Nov/2026:02:14:15 +0000]</c>: common log format.</summary>
    CommonLog,

    /// <summary><c>[24-Nov-2026 02:14:15 +0000]</c>: Roundcube, PHP.</summary>
    Php,

    /// <summary><c>[2026-11-24 02:14:15 +0000]</c>: cPanel.</summary>
    Panel,
}

/// <summary>A stamp as it is written, not yet a time: the year and the zone may be missing.</summary>
/// <param name="Year">0 when there is none.</param>
/// <param name="Clock">Ticks since midnight.</param>
/// <param name="Offset">Minutes east of Greenwich, when <paramref name="HasOffset"/>.</param>
/// <param name="Length">Bytes of it, with the blanks behind it.</param>
/// <param name="Fine">It has fractions of a second.</param>
internal readonly record struct Stamp(StampForm Form, int Year, int Month, int Day, long Clock, bool HasOffset, short Offset, int Length, bool Fine);
