using System.Globalization;
using Guard.Messages.Identity;
using Guard.Messages.Observations;

namespace Guard.Host.Commands;

/// <summary>
/// What the journal knew of each account when learning began. An account's time never runs backwards: what lies before its last moment was counted when it
/// was read, or would count for a moment at which it did not happen. Kept in a file until learning is done, so that it goes on after a kill with what it
/// knew.
/// </summary>
internal sealed class LearnedBefore : IDisposable
{
    private const string FileName = "learning";
    private const string Never = "-";

    private readonly Dictionary<UserId, DateTimeOffset?> _known = [];
    private readonly Func<UserId, Task<DateTimeOffset?>> _lastSeen;
    private readonly string _file;
    private readonly StreamWriter _writer;

    /// <param name="lastSeen">When the journal saw an account last; null: never.</param>
    public LearnedBefore(string directory, Func<UserId, Task<DateTimeOffset?>> lastSeen)
    {
        (_file, _lastSeen) = (Path.Combine(directory, FileName), lastSeen);
        foreach (var line in File.Exists(_file) ? File.ReadAllText(_file).Split('\n')[..^1] : [])
            if (line.Split('\t') is [var user, var at])
                _known[new UserId(user)] = at == Never ? null : DateTimeOffset.Parse(at, CultureInfo.InvariantCulture);
        _writer = new StreamWriter(_file, append: true);
        // Behind the half of a line that a kill has left.
        _writer.Write('\n');
        _writer.Flush();
    }

    /// <summary>A guard that has run since has seen what comes later; what learning had left is older than that.</summary>
    public static void Forget(string directory) => File.Delete(Path.Combine(directory, FileName));

    /// <summary>Those of a chunk that the journal does not know by what it saw; noted before they are handed on.</summary>
    public async Task<List<Observation>> NewsOfAsync(List<Observation> chunk)
    {
        foreach (var user in chunk.Select(observation => observation.User).Distinct().Where(user => !user.IsNone && !_known.ContainsKey(user)).ToArray())
        {
            var at = await _lastSeen(user).ConfigureAwait(false);
            _known.Add(user, at);
            await _writer.WriteAsync($"{user.Value}\t{at?.ToString("O", CultureInfo.InvariantCulture) ?? Never}\n").ConfigureAwait(false);
        }
        await _writer.FlushAsync().ConfigureAwait(false);
        return chunk.FindAll(observation => observation.User.IsNone || _known[observation.User] is not { } at || observation.At > at);
    }

    /// <summary>All is journaled.</summary>
    public void Done()
    {
        _writer.Dispose();
        File.Delete(_file);
    }

    public void Dispose() => _writer.Dispose();
}
