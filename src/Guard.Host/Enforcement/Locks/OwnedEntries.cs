using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Guard.Host.Configuration;
using Guard.Host.Texts;
using Guard.Messages.Identity;

namespace Guard.Host.Enforcement.Locks;

/// <summary>
/// A table that AccountGuard shares with an administrator. Each entry of ours stands under a comment that says so and until when; every other line is
/// the administrator's and is written back as it was.
/// </summary>
public sealed record OwnedEntries(string Foreign, ImmutableSortedDictionary<string, WantedLock> Own)
{
    private const string Mark = "# accountguard ";
    private const string Until = " until ";
    private const string NoEnd = "released";
    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public static OwnedEntries Parse(string text, LoginNames names)
    {
        var foreign = new StringBuilder();
        var own = ImmutableSortedDictionary.CreateBuilder<string, WantedLock>(StringComparer.Ordinal);
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (TryReadMark(lines[i], out var entry))
            {
                // A comment whose entry somebody removed claims nothing that follows.
                if (i + 1 < lines.Length && KeyOf(lines[i + 1]) == names.Of(entry.User))
                {
                    own[entry.User.Value] = entry;
                    i++;
                }
                continue;
            }
            foreign.Append(lines[i]);
            if (i + 1 < lines.Length)
                foreign.Append('\n');
        }
        return new OwnedEntries(foreign.ToString(), own.ToImmutable());
    }

    /// <param name="line">The entry itself, in the form of the table.</param>
    public string Render(Func<WantedLock, string> line)
    {
        var text = new StringBuilder(Foreign);
        if (Own.Count > 0 && text.Length > 0 && text[^1] != '\n')
            text.Append('\n');
        foreach (var entry in Own.Values)
        {
            var end = entry.Until is { } until ? until.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture) : NoEnd;
            text.Append(Mark).Append(entry.User.Value).Append(Until).Append(end).Append(": ").Append(IncidentText.Safe(entry.Reason)).Append('\n');
            text.Append(line(entry)).Append('\n');
        }
        return text.ToString();
    }

    public OwnedEntries With(IEnumerable<WantedLock> add, IEnumerable<UserId> remove) =>
        this with { Own = Own.RemoveRange(remove.Select(user => user.Value)).SetItems(add.Select(entry => KeyValuePair.Create(entry.User.Value, entry))) };

    private static string KeyOf(string line) => line.IndexOfAny([' ', '\t', ':', '\r']) is var end && end >= 0 ? line[..end] : line;

    private static bool TryReadMark(string line, out WantedLock entry)
    {
        entry = null!;
        if (!line.StartsWith(Mark, StringComparison.Ordinal))
            return false;
        var rest = line.AsSpan(Mark.Length);
        var until = rest.IndexOf(Until);
        var reason = rest.IndexOf(": ");
        if (until <= 0 || reason < until)
            return false;
        var time = rest[(until + Until.Length)..reason];
        DateTimeOffset? end = null;
        if (!time.SequenceEqual(NoEnd))
        {
            if (!DateTimeOffset.TryParseExact(time, TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed))
                return false;
            end = parsed;
        }
        entry = new WantedLock(new UserId(rest[..until].ToString()), end, rest[(reason + 2)..].ToString());
        return true;
    }
}
