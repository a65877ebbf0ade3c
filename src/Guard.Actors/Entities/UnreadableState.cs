using System.Runtime.Serialization;
using Akka.Actor;
using Microsoft.Data.Sqlite;

namespace Guard.Actors.Entities;

/// <summary>
/// Given to an entity in the place of its events when they cannot be read, so that it can answer for itself without them: it counts nothing, and holds up
/// nobody. Never stored.
/// </summary>
internal sealed record UnreadableState(string Id, string Reason)
{
    /// <summary>SQLITE_CORRUPT: a page says what it cannot.</summary>
    private const int Corrupt = 11;

    private static readonly string[] Served = ["user-", "site-", "branch-", "addresses-"];

    /// <summary>Whether an entity of this id knows what to do without its state; others stop, and are tried again.</summary>
    public static bool IsServedBy(string id) => Served.Any(kind => id.StartsWith(kind, StringComparison.Ordinal));

    /// <summary>Why it will not be readable at the next try either; null when it may be, as when a disk or a database is away.</summary>
    public static string? ReasonOf(Exception failure) =>
        failure switch
        {
            StoredFormException form => form.Message,
            SqliteException { SqliteErrorCode: Corrupt } =>
                $"the database has a damaged page ({failure.Message}); accountguard doctor says how much is affected, and a backup has it whole",
            _ => null,
        };

    /// <summary>Reads a stored value, or says which one could not be read and what to do.</summary>
    /// <exception cref="StoredFormException">A form that is not known, or damaged bytes.</exception>
    public static object Read(ActorSystem system, string what, byte[] bytes, int serializer, string manifest)
    {
        try
        {
            return system.Serialization.Deserialize(bytes, serializer, manifest);
        }
        catch (UnknownFormException)
        {
            throw new StoredFormException(
                $"{what} has the form '{manifest}', which this version does not know: a newer AccountGuard wrote it; install that version again, or a later one",
                true
            );
        }
        catch (Exception damaged)
            when (damaged
                    is SerializationException
                        or ArgumentException
                        or InvalidOperationException
                        or NullReferenceException
                        or IndexOutOfRangeException
                        or OverflowException
                        or FormatException
                        or InvalidCastException
            )
        {
            throw new StoredFormException($"{what} ('{manifest}') is damaged: {damaged.Message}", false);
        }
    }
}

/// <summary>A stored value cannot be read.</summary>
/// <param name="isNewer">A newer version wrote it; else it is damaged.</param>
public sealed class StoredFormException(string message, bool isNewer) : Exception(message)
{
    public bool IsNewer => isNewer;
}
