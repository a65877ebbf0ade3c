using System.Globalization;
using System.Text;
using Guard.Host.Configuration;

namespace Guard.Host.Migration;

/// <summary>
/// What an import came to: settings of the guard's, and one line for each item of the other program that says what became of it. Lines of a stranger's file get
/// into comments only.
/// </summary>
internal sealed class ImportedPolicy(string program, string source)
{
    private const int MaxItem = 1000;
    private const int MaxShown = 200;

    private readonly List<(string Key, string Value)> _settings = [];
    private readonly List<string> _items = [];

    public int Taken { get; private set; }

    public int Left { get; private set; }

    /// <param name="key">Below <c>accountguard</c>, with steps quoted where they need it.</param>
    /// <param name="value">As HOCON.</param>
    public void Set(string key, string value) => _settings.Add((key, value));

    public void Take(string item, string what)
    {
        Taken++;
        _items.Add($"{item}: taken over: {what}");
    }

    public void Leave(string item, string why)
    {
        Left++;
        _items.Add($"{item}: no counterpart: {why}");
    }

    /// <summary>What is so by itself, needs nothing, or is to be looked at.</summary>
    public void Note(string item, string what) => _items.Add($"{item}: {what}");

    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {Shown(program)}, {Shown(source)}: {Taken} taken over, {Left} without a counterpart.\n");
        foreach (var (key, value) in _settings)
            text.Append(CultureInfo.InvariantCulture, $"accountguard.{key} = {value}\n");
        foreach (var item in _items)
            text.Append(CultureInfo.InvariantCulture, $"# {Shown(item, MaxItem)}\n");
        return text.ToString();
    }

    /// <summary>Where the policy of a name is: a domain, or an account with its domain.</summary>
    public static string PlaceOf(string name)
    {
        var at = name.LastIndexOf('@');
        var site = $"policy.sites.{HoconQuoting.Quote(name[(at + 1)..])}";
        return at > 0 ? $"{site}.users.{HoconQuoting.Quote(name[..at])}" : site;
    }

    /// <summary>One line, without what a terminal obeys.</summary>
    public static string Shown(string text, int most = MaxShown)
    {
        var plain = string.Concat(
            text.Select(one =>
                char.IsWhiteSpace(one) ? ' '
                : char.IsControl(one) || char.IsSurrogate(one) ? '?'
                : one
            )
        );
        var shown = string.Join(' ', plain.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return shown.Length > most ? shown[..most] + "…" : shown;
    }
}
