using System.Collections.Frozen;
using System.Globalization;

namespace Guard.Host.Intake;

/// <summary>Names of this machine's users by their number, as passwd(5) has them.</summary>
public sealed class SystemUsers
{
    private const string PasswordFile = "/etc/passwd";

    private readonly FrozenDictionary<int, string> _names;

    private SystemUsers(IEnumerable<KeyValuePair<int, string>> names) => _names = names.DistinctBy(pair => pair.Key).ToFrozenDictionary();

    public static SystemUsers None { get; } = new([]);

    /// <summary>Those of the file; none when it cannot be read.</summary>
    public static SystemUsers OfThisMachine()
    {
        try
        {
            return Of(File.ReadLines(PasswordFile));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return None;
        }
    }

    /// <param name="lines">As in passwd(5): <c>name:password:uid:…</c></param>
    public static SystemUsers Of(IEnumerable<string> lines) => new(Names(lines));

    public string? NameOf(int uid) => _names.GetValueOrDefault(uid);

    private static IEnumerable<KeyValuePair<int, string>> Names(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            var fields = line.Split(':', 4);
            if (fields.Length >= 3 && fields[0].Length > 0 && int.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var uid))
                yield return new(uid, fields[0]);
        }
    }
}
