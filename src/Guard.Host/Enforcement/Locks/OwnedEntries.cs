using System.Collections.Immutable;
using System.Globalization;
using System.Text;
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
    private const string As = " as ";
    private const string Until = " until ";
    private const string NoEnd = "released";
    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public static OwnedEntries Parse(string text)
    {
        var foreign = new StringBuilder();
        var own = ImmutableSortedDictionary.CreateBuilder<string, WantedLock>(StringComparer.Ordinal);
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (TryReadMark(lines[i], out var entry, out var name))
            {
                // A comment whose entry somebody removed claims nothing that follows. Earlier versions did not say the name that they entered.
                if (i + 1 < lines.Length && KeyOf(lines[i + 1]) is var key && (name is null ? key == entry.User.Value || key == entry.User.Local : key == name))
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

    /// <param name="names">Under which names an account is entered; a line and a comment for each.</param>
    /// <param name="line">The entry of a name, in the form of the table.</param>
    public string Render(Func<UserId, IReadOnlyList<string>> names, Func<WantedLock, string, string> line)
    {
        var text = new StringBuilder(Foreign);
        if (Own.Count > 0 && text.Length > 0 && text[^1] != '\n')
            text.Append('\n');
        var entered = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in Own.Values)
        {
            var end = entry.Until is { } until ? until.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture) : NoEnd;
            // Two accounts may share a name: once is enough, unless an account would not be found again.
            var all = names(entry.User);
            string[] fresh = [.. all.Where(name => !entered.Contains(name))];
            foreach (var name in fresh.Length > 0 ? fresh : all)
            {
                text.Append(Mark).Append(entry.User.Value);
                if (name != entry.User.Value)
                    text.Append(As).Append(name);
                text.Append(Until).Append(end).Append(": ").Append(IncidentText.Safe(entry.Reason)).Append('\n');
                text.Append(line(entry, name)).Append('\n');
                entered.Add(name);
            }
        }
        return text.ToString();
    }

    public OwnedEntries With(IEnumerable<WantedLock> add, IEnumerable<UserId> remove) =>
        this with
        {
            Own = Own.RemoveRange(remove.Select(user => user.Value)).SetItems(add.Select(entry => KeyValuePair.Create(entry.User.Value, entry))),
        };

    private static string KeyOf(string line) => line.IndexOfAny([' ', '\t', ':', '\r']) is var end && end >= 0 ? line[..end] : line;

    private static bool TryReadMark(string line, out WantedLock entry, out string? name)
    {
        (entry, name) = (null!, null);
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
        var user = rest[..until].ToString();
        if (user.IndexOf(As, StringComparison.Ordinal) is var at && at > 0)
            (user, name) = (user[..at], user[(at + As.Length)..]);
        entry = new WantedLock(new UserId(user), end, rest[(reason + 2)..].ToString());
        return true;
    }
}
