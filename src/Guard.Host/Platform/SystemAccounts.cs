using System.Collections.Frozen;
using System.Globalization;

namespace Guard.Host.Platform;

/// <summary>
/// Names and numbers of the machine's users and groups, from its own files (passwd(5), group(5)): a directory service that is away would hold up whoever asks
/// it. Read again at most every ten seconds, when something is looked for that was not there: a package may have made its user since.
/// </summary>
internal sealed class SystemAccounts(string users = "/etc/passwd", string groups = "/etc/group", TimeProvider? time = null)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Lock _reading = new();
    private volatile Tables? _tables;

    public static SystemAccounts Machine { get; } = new();

    /// <summary>The number of a user; null: there is none of that name. A number stands for itself.</summary>
    public uint? UserOf(string name) =>
        uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : Find(tables => tables.Users, name);

    /// <summary>The number of a group; null: there is none of that name. A number stands for itself.</summary>
    public uint? GroupOf(string name) =>
        uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : Find(tables => tables.Groups, name);

    /// <summary>For people: <c>uid 33 (www-data)</c>.</summary>
    public string Describe(uint user) => Current.Names.TryGetValue(user, out var name) ? $"uid {user} ({name})" : $"uid {user}";

    /// <summary>The name of a user's number; null: nobody has it.</summary>
    public string? NameOf(uint user) => Current.Names.GetValueOrDefault(user);

    private Tables Current => _tables ?? Read();

    private uint? Find(Func<Tables, FrozenDictionary<string, uint>> table, string name)
    {
        var tables = Current;
        if (table(tables).TryGetValue(name, out var number))
            return number;
        return _time.GetUtcNow() - tables.At >= Pause && table(Read()).TryGetValue(name, out number) ? number : null;
    }

    private Tables Read()
    {
        lock (_reading)
        {
            if (_tables is { } read && _time.GetUtcNow() - read.At < Pause)
                return read;
            var (named, grouped) = (Lines(users), Lines(groups));
            return _tables = new Tables(
                _time.GetUtcNow(),
                named.ToFrozenDictionary(entry => entry.Name, entry => entry.Number),
                grouped.ToFrozenDictionary(entry => entry.Name, entry => entry.Number),
                named.DistinctBy(entry => entry.Number).ToFrozenDictionary(entry => entry.Number, entry => entry.Name)
            );
        }
    }

    private static List<(string Name, uint Number)> Lines(string file)
    {
        var found = new Dictionary<string, uint>();
        try
        {
            foreach (var fields in File.ReadLines(file).Select(static line => line.Split(':')))
            {
                if (fields.Length > 2 && fields[0].Length > 0 && uint.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                    found.TryAdd(fields[0], number);
            }
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // A container without the file: numbers are understood all the same.
        }
        return [.. found.Select(static entry => (entry.Key, entry.Value))];
    }

    private sealed record Tables(
        DateTimeOffset At,
        FrozenDictionary<string, uint> Users,
        FrozenDictionary<string, uint> Groups,
        FrozenDictionary<uint, string> Names
    );
}
