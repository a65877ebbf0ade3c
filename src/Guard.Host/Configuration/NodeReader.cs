using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Guard.Actors.Policies;

namespace Guard.Host.Configuration;

/// <summary>
/// Reads typed values of one object of the configuration and notes each mistake. What was not read when it is closed is an unknown key.
/// </summary>
/// <param name="origin">Where the object stands, or where it would stand.</param>
public sealed partial class NodeReader(ConfigurationNode? node, Origin origin, FaultCollector faults)
{
    private readonly HashSet<string> _read = [];

    public Origin Origin => origin;

    public bool Has(string key) => node?.Object?.ContainsKey(key) == true;

    public IEnumerable<string> Keys => node?.Object?.Keys ?? [];

    public ConfigurationNode? Raw(string key)
    {
        _read.Add(key);
        return node?.Object?.GetValueOrDefault(key);
    }

    /// <summary>Where a key stands, or would stand.</summary>
    public Origin OriginOf(string key) => node?.Object?.GetValueOrDefault(key)?.Origin ?? origin with { Key = origin.Key.Then(key) };

    /// <summary>An object by its key; null, with a fault when it is something else.</summary>
    public ConfigurationNode? SectionNode(string key)
    {
        var value = Raw(key);
        if (value is null || value.Object is not null)
            return value;
        Fault(key, $"{value.Kind} is not a section", "{ … }");
        return null;
    }

    public NodeReader Section(string key) => new(SectionNode(key), OriginOf(key), faults);

    public string Text(string key, string otherwise) => Word(key) ?? otherwise;

    /// <summary>A text; null when there is none, with a fault when there is something else.</summary>
    public string? Word(string key)
    {
        var value = Raw(key);
        if (value is { Text: null })
            Fault(key, $"{value.Kind} is not a value", "one value");
        return value?.Text;
    }

    public T Choice<T>(string key, T otherwise, IReadOnlyDictionary<string, T> choices)
    {
        if (Word(key) is not { } text)
            return otherwise;
        if (choices.TryGetValue(text.ToLowerInvariant(), out var chosen))
            return chosen;
        Fault(key, $"'{text}' is not known", $"one of {string.Join(", ", choices.Keys)}");
        return otherwise;
    }

    public T Enumeration<T>(string key, T otherwise)
        where T : struct, Enum => Choice(key, otherwise, Enum.GetValues<T>().ToDictionary(value => value.ToString().ToLowerInvariant()));

    public bool Switch(string key, bool otherwise) =>
        Choice(
            key,
            otherwise,
            new Dictionary<string, bool>
            {
                ["on"] = true,
                ["off"] = false,
                ["true"] = true,
                ["false"] = false,
                ["yes"] = true,
                ["no"] = false,
            }
        );

    public int Number(string key, int otherwise, int least, int most)
    {
        if (Word(key) is not { } text)
            return otherwise;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        Fault(key, $"'{text}' is not possible", $"a whole number from {least} to {most}");
        return otherwise;
    }

    /// <summary>Bytes, plain or with a unit as HOCON has them: 512 kB is 512,000, 512 KiB and 512K are 524,288.</summary>
    public long Size(string key, long otherwise, long least, long most)
    {
        if (Word(key) is not { } text)
            return otherwise;
        if (
            SizeText().Match(text) is { Success: true } size
            && decimal.TryParse(size.Groups[1].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number < 1_000_000_000_000_000m
        )
        {
            var unit = size.Groups[2].Value;
            var factor = unit.EndsWith("B", StringComparison.Ordinal) && !unit.EndsWith("iB", StringComparison.Ordinal) ? 1000m : 1024m;
            var power = unit.Length == 0 ? 0 : " KMGT".IndexOf(char.ToUpperInvariant(unit[0]));
            for (var i = 0; i < power; i++)
                number *= factor;
            if (number >= least && number <= most && number == decimal.Truncate(number))
                return (long)number;
        }
        Fault(key, $"'{text}' is not possible", $"bytes from {least} to {most}, such as 50MB");
        return otherwise;
    }

    public ScoreSetting Score(string key, double? otherwise)
    {
        if (Word(key) is not { } text)
            return new ScoreSetting(otherwise, null);
        if (text is "off" or "never")
            return default;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= 1000)
            return new ScoreSetting(number, null);
        if (
            RateText().Match(text) is { Success: true } rate
            && double.TryParse(rate.Groups[1].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var alarms)
            && alarms > 0
            && double.TryParse(rate.Groups[2].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var months)
            && months > 0
        )
        {
            return new ScoreSetting(null, 1000 * alarms / months);
        }
        Fault(key, $"'{text}' is not a score", "bits from 0 to 1000, off, or wrong alarms such as \"1 per 1000 account-months\"");
        return new ScoreSetting(otherwise, null);
    }

    [GeneratedRegex("^([0-9]+(?:\\.[0-9]+)?) *(B|[kKMGT]|[kKMGT]B|[KMGT]iB)?$")]
    private static partial Regex SizeText();

    [GeneratedRegex(@"^([0-9.]{1,10}) per ([0-9]{1,9}) account-months$", RegexOptions.CultureInvariant)]
    private static partial Regex RateText();

    /// <summary>A share: <c>10%</c> or <c>0.1</c>.</summary>
    public double Share(string key, double otherwise)
    {
        if (Word(key) is not { } text)
            return otherwise;
        var percent = text.EndsWith('%');
        if (double.TryParse(percent ? text[..^1] : text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            number = percent ? number / 100 : number;
            if (number is >= 0 and <= 1)
                return number;
        }
        Fault(key, $"'{text}' is not a share", "a percentage such as 10%, or a number from 0 to 1");
        return otherwise;
    }

    public TimeSpan Duration(string key, TimeSpan otherwise, TimeSpan least, TimeSpan most)
    {
        if (Word(key) is not { } text)
            return otherwise;
        if (!TryDuration(text, out var span))
        {
            Fault(key, $"'{text}' is not a duration", "a number with a unit, such as 30s, 10m, 1h, 1d, 1w");
            return otherwise;
        }
        if (span >= least && span <= most)
            return span;
        Fault(key, $"'{text}' is out of range", $"{Show(least)} to {Show(most)}");
        return otherwise;
    }

    public ImmutableArray<string> Words(string key, ImmutableArray<string> otherwise) =>
        Raw(key) is null ? otherwise : [.. WordNodes(key).Select(item => item.Text!)];

    /// <summary>The texts of a list with their places.</summary>
    public IReadOnlyList<ConfigurationNode> WordNodes(string key)
    {
        var value = Raw(key);
        if (value is null)
            return [];
        if (value.List is { } list && list.All(item => item.Text is not null))
            return list;
        Fault(key, value.List is null ? $"{value.Kind} is not a list of words" : "is not a list of words", "a list such as [GB, IE]");
        return [];
    }

    public void Fault(string key, string problem, string expected) => faults.Add(OriginOf(key), problem, expected);

    /// <summary>Everything that was not asked for is unknown.</summary>
    public void Close()
    {
        foreach (var key in _read)
            faults.Ask(origin.Key.Then(key).ToString());
        foreach (var key in Keys.Where(key => !_read.Contains(key)))
        {
            if (faults.IsFull)
                return;
            // A name longer than any key is no slip of the finger, and comparing it would take long.
            var near = key.Length > 40 ? null : _read.OrderBy(known => EditDistance.Of(known, key)).FirstOrDefault();
            var hint = near is not null && EditDistance.Of(near, key) <= 3 ? $"did you mean {near}?" : $"one of {string.Join(", ", _read.Order())}";
            Fault(key, "is an unknown key", hint);
        }
    }

    public static bool TryDuration(string text, out TimeSpan span)
    {
        span = default;
        var digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits]))
            digits++;
        if (digits == 0 || digits > 9)
            return false;
        var number = long.Parse(text.AsSpan(0, digits), CultureInfo.InvariantCulture);
        double? seconds = text[digits..].Trim() switch
        {
            "ms" => 0.001,
            "s" or "second" or "seconds" => 1,
            "m" or "minute" or "minutes" => 60,
            "h" or "hour" or "hours" => 3600,
            "d" or "day" or "days" => 86400,
            "w" or "week" or "weeks" => 604800,
            _ => null,
        };
        if (seconds is null || number * seconds.Value > 1e9)
            return false;
        span = TimeSpan.FromSeconds(number * seconds.Value);
        return true;
    }

    public static string Show(TimeSpan span) =>
        span switch
        {
            { TotalDays: >= 1 } => $"{span.TotalDays:0.#}d",
            { TotalHours: >= 1 } => $"{span.TotalHours:0.#}h",
            { TotalMinutes: >= 1 } => $"{span.TotalMinutes:0.#}m",
            _ => $"{span.TotalSeconds:0.###}s",
        };
}
