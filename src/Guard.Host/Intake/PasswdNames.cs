using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

namespace Guard.Host.Intake;

/// <summary>
/// Accounts that passwd files list (passwd(5), and Dovecot's passwd-file): they are known before they did anything. Of the machine's own users those that are
/// people's, or can log in; what cannot be read lists nobody. Thread-safe.
/// </summary>
/// <param name="domain">Of names without one.</param>
public sealed class PasswdNames(ImmutableArray<string> files, string domain)
{
    private const int FirstPersonsUid = 1000;
    private const int Nobody = 65_534;

    private volatile FrozenSet<string> _names = FrozenSet<string>.Empty;
    private ImmutableArray<(long Length, DateTime Written)> _seen = [];

    /// <summary>How many there are.</summary>
    public int Count => _names.Count;

    public bool Lists(string user) => _names.Contains(user);

    /// <summary>Reads the files when one of them is another one than was read. For one thread at a time.</summary>
    public void Look()
    {
        var now = files
            .Select(file => new FileInfo(file))
            .Select(file => file.Exists ? (file.Length, file.LastWriteTimeUtc) : (-1, default))
            .ToImmutableArray();
        if (now.AsSpan().SequenceEqual(_seen.AsSpan()))
            return;
        _seen = now;
        _names = files.SelectMany(Read).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }

    private List<string> Read(string file)
    {
        try
        {
            return [.. File.ReadLines(file).Select(NameOf).OfType<string>()];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private string? NameOf(string line)
    {
        var fields = line.Split(':');
        if (fields.Length < 2 || fields[0].Length == 0 || fields[0][0] is '#' or '+' or '-' || !MayLogIn(fields))
            return null;
        return fields[0].Contains('@') ? fields[0] : $"{fields[0]}@{domain}";
    }

    private static bool MayLogIn(string[] fields)
    {
        if (fields.Length < 7)
            return true;
        var shell = fields[6];
        return (!shell.EndsWith("/nologin", StringComparison.Ordinal) && !shell.EndsWith("/false", StringComparison.Ordinal))
            || (int.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var uid) && uid is >= FirstPersonsUid and not Nobody);
    }
}
