using System.Globalization;
using System.Text;
using Guard.Messages.Identity;
using Guard.Messages.Observations;

namespace Guard.Host.Enforcement.Memory;

/// <summary>
/// Which queue ids an account submitted lately, for a mail server that does not write down who logged in. Kept in two files that are only ever appended to:
/// when one is full it takes the place of the older. What a log or a milter tells again is the same line again.
/// </summary>
public sealed class SubmissionMemory : IDisposable
{
    private const int MaxIdLength = 64;

    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly int _most;
    private readonly Dictionary<UserId, HashSet<string>> _ids = [];
    private HashSet<(UserId, string)> _young = [];
    private HashSet<(UserId, string)> _old = [];

    /// <summary>What is remembered and not in the file yet: a full disk must not hold up, or end, whoever tells of a submission.</summary>
    private readonly Queue<string> _unwritten = new();
    private int _inFile;

    /// <param name="most">How many submissions a file holds: between so many and twice as many are remembered.</param>
    public SubmissionMemory(string directory, int most = 100_000)
    {
        Directory.CreateDirectory(directory);
        _path = Path.Combine(directory, "submissions");
        _most = most;
        Read(_path + ".old", _old);
        Read(_path, _young);
        _inFile = _young.Count;
    }

    public void See(Observation observation)
    {
        if (observation is not Submission { QueueId: { Length: > 0 and <= MaxIdLength } id } submission || !id.All(char.IsAsciiLetterOrDigit))
            return;
        lock (_gate)
        {
            if (!Remember((submission.User, id), _young))
                return;
            _unwritten.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{id} {submission.User.Value}\n"));
            if (_unwritten.Count > 2 * _most)
                _unwritten.Dequeue();
            if (_young.Count >= _most)
                Age();
        }
    }

    /// <summary>The ids of an account's submissions.</summary>
    public IReadOnlySet<string> Of(UserId user)
    {
        lock (_gate)
            return _ids.TryGetValue(user, out var ids) ? new HashSet<string>(ids, StringComparer.Ordinal) : new HashSet<string>();
    }

    /// <summary>Hands what was noted to the system, from where it survives the end of this process. What could not be written is tried again the next
    /// time.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Flush()
    {
        lock (_gate)
        {
            if (_unwritten.Count == 0)
                return;
            // A write that a full disk cut short leaves half a line, and its lines come again: neither says anything wrong.
            File.AppendAllText(_path, string.Concat(_unwritten), new UTF8Encoding(false));
            _inFile += _unwritten.Count;
            _unwritten.Clear();
            if (_inFile < _most)
                return;
            File.Move(_path, _path + ".old", overwrite: true);
            _inFile = 0;
        }
    }

    /// <summary>Takes an account out, of both files too.</summary>
    /// <returns>How many submissions it had.</returns>
    /// <exception cref="IOException">The files cannot be written.</exception>
    public long Forget(UserId user)
    {
        lock (_gate)
        {
            Flush();
            if (!_ids.Remove(user, out var ids))
                return 0;
            _young.RemoveWhere(one => one.Item1 == user);
            _old.RemoveWhere(one => one.Item1 == user);
            var end = " " + user.Value;
            foreach (var path in new[] { _path, _path + ".old" }.Where(File.Exists))
            {
                File.WriteAllLines(path + ".new", File.ReadLines(path).Where(line => !line.EndsWith(end, StringComparison.Ordinal)), new UTF8Encoding(false));
                File.Move(path + ".new", path, overwrite: true);
            }
            return ids.Count;
        }
    }

    public void Dispose() => Flush();

    /// <summary>The younger half becomes the older, which is forgotten.</summary>
    private void Age()
    {
        foreach (var (user, id) in _old.Where(one => !_young.Contains(one)))
        {
            if (_ids.TryGetValue(user, out var ids) && ids.Remove(id) && ids.Count == 0)
                _ids.Remove(user);
        }
        (_old, _young) = (_young, []);
    }

    private bool Remember((UserId User, string Id) one, HashSet<(UserId, string)> into)
    {
        if (_old.Contains(one) || !into.Add(one))
            return false;
        if (!_ids.TryGetValue(one.User, out var ids))
            _ids.Add(one.User, ids = new HashSet<string>(StringComparer.Ordinal));
        ids.Add(one.Id);
        return true;
    }

    private void Read(string path, HashSet<(UserId, string)> into)
    {
        if (!File.Exists(path))
            return;
        // A line that a crash cut short names an account that does not exist.
        foreach (var line in File.ReadLines(path))
            if (line.IndexOf(' ', StringComparison.Ordinal) is var at && at > 0 && at < line.Length - 1)
                Remember((new UserId(line[(at + 1)..]), line[..at]), into);
    }
}
