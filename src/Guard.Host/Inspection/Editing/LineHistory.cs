namespace Guard.Host.Inspection.Editing;

/// <summary>Lines typed before, kept over sessions in a file that only its owner reads.</summary>
public sealed class LineHistory
{
    private const int Most = 500;

    private readonly string? _file;
    private readonly List<string> _lines = [];
    private int _at;

    /// <param name="file">Null keeps it for this session only.</param>
    public LineHistory(string? file)
    {
        _file = file;
        try
        {
            if (file is not null && File.Exists(file))
                _lines.AddRange(File.ReadLines(file).TakeLast(Most));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // A console without yesterday's lines is a console all the same.
            _file = null;
        }
        _at = _lines.Count;
    }

    public static string? DefaultFile =>
        Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state ? Path.Combine(state, "accountguard", "inspect-history")
        : Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home ? Path.Combine(home, ".local", "state", "accountguard", "inspect-history")
        : null;

    public IReadOnlyList<string> Lines => _lines;

    public void Add(string line)
    {
        if (line.Trim().Length > 0 && (_lines.Count == 0 || _lines[^1] != line))
            _lines.Add(line);
        _at = _lines.Count;
    }

    public string Older() => _lines.Count == 0 ? "" : _lines[_at = Math.Max(0, _at - 1)];

    public string Newer() => ++_at < _lines.Count ? _lines[_at] : Past();

    private string Past()
    {
        _at = _lines.Count;
        return "";
    }

    public void Save()
    {
        if (_file is null)
            return;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
            File.WriteAllLines(_file, _lines.TakeLast(Most));
            File.SetUnixFileMode(_file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            // Nothing is lost but convenience.
        }
    }
}
