using Akka.Event;
using Guard.Host.Clustering.Wire;

namespace Guard.Host.Running;

/// <summary>
/// Whoever knocks at the port of the nodes makes remoting complain, each time over many lines. Of each kind of complaint one line a minute is told, with how
/// many there were since the last one.
/// </summary>
internal sealed class RemotingComplaints(TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, (DateTimeOffset Told, int Since)> _kinds = [];

    /// <summary>What is to be logged of an event; null: nothing now. Kinds are Akka's own texts before anything is put into them, so there are few.</summary>
    public string? TextOf(LogEvent entry)
    {
        var text = entry.Message.ToString() ?? "";
        if (entry.LogLevel() < LogLevel.WarningLevel || entry.LogClass?.Namespace?.StartsWith("Akka.Remote", StringComparison.Ordinal) != true)
            return text;
        // It was counted and told where it was refused.
        for (var cause = entry.Cause; cause is not null; cause = cause.InnerException)
        {
            if (cause is RefusedMessageException)
                return null;
        }
        var now = time.GetUtcNow();
        var kind = $"{entry.LogClass.Name}/{(entry.Message as LogMessage)?.Format}";
        var (told, since) = _kinds.GetValueOrDefault(kind, (DateTimeOffset.MinValue, 0));
        if (now - told < Pause)
        {
            _kinds[kind] = (told, since + 1);
            return null;
        }
        _kinds[kind] = (now, 0);
        var line = text.Split('\n', 2)[0].TrimEnd();
        return since == 0 ? line : $"{line} ({since} more of this kind since the last such line)";
    }
}
