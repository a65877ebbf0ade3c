using MaxMind.Db;

namespace Guard.Host.Geo;

/// <summary>What the readers of .mmdb files throw at one that is none, or damaged: they trust its content.</summary>
internal static class MmdbFile
{
    public static bool IsDamage(Exception failure) =>
        failure
            is InvalidDatabaseException
                or InvalidOperationException
                or ArgumentException
                or FormatException
                or InvalidCastException
                or IndexOutOfRangeException
                or OverflowException
                or OutOfMemoryException
                or KeyNotFoundException
                or NullReferenceException;
}
