using System.Text;

namespace Guard.Host.Configuration;

/// <summary>A key and the keys it lies in. Linked, since a large file has many values and few of their full names are ever spelled out.</summary>
public sealed class KeyTrail
{
    private readonly KeyTrail? _above;
    private readonly string _step;

    private KeyTrail(KeyTrail? above, string step, int depth) => (_above, _step, Depth) = (above, step, depth);

    public static KeyTrail Root { get; } = new(null, "", 0);

    public int Depth { get; }

    public KeyTrail Then(string key) => new(this, Depth == 0 ? Quote(key) : "." + Quote(key), Depth + 1);

    public KeyTrail Item(int index) => new(this, $"[{index}]", Depth + 1);

    /// <summary>As it can be written in a file or after <c>--set</c>.</summary>
    public static string Quote(string key)
    {
        if (key.Length > 0 && key.All(c => char.IsLetterOrDigit(c) || c is '-' or '_'))
            return key;
        return HoconQuoting.Quote(key);
    }

    public override string ToString()
    {
        var steps = new Stack<string>();
        for (var trail = this; trail is not null; trail = trail._above)
            steps.Push(trail._step);
        var text = new StringBuilder();
        foreach (var step in steps)
            text.Append(step);
        return text.ToString();
    }
}
