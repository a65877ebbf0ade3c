using System.Text;

namespace Guard.Host.Configuration;

/// <summary>Writes a tree as HOCON that reads back to the same, or as JSON.</summary>
public static class NodeText
{
    public static string Json(ConfigurationNode node)
    {
        var text = new StringBuilder();
        Json(node, text);
        return text.ToString();
    }

    /// <summary>The members of an object, one a line.</summary>
    public static string Hocon(ConfigurationNode node)
    {
        var text = new StringBuilder();
        Members(node, "", text);
        return text.ToString();
    }

    private static void Json(ConfigurationNode node, StringBuilder text)
    {
        if (node.Object is { } members)
            Join('{', members, '}', text, member =>
            {
                text.Append(HoconQuoting.Quote(member.Key)).Append(':');
                Json(member.Value, text);
            });
        else if (node.List is { } items)
            Join('[', items, ']', text, item => Json(item, text));
        else
            text.Append(node.Text is { } word ? HoconQuoting.Quote(word) : "null");
    }

    private static void Join<T>(char open, IEnumerable<T> all, char close, StringBuilder text, Action<T> write)
    {
        text.Append(open);
        var first = true;
        foreach (var one in all)
        {
            if (!first)
                text.Append(',');
            first = false;
            write(one);
        }
        text.Append(close);
    }

    private static void Members(ConfigurationNode node, string indent, StringBuilder text)
    {
        foreach (var (key, value) in node.Object!)
        {
            text.Append(indent).Append(KeyTrail.Quote(key));
            if (value.Object is null)
                text.Append(" = ").Append(Inline(value)).Append('\n');
            else if (value.Object.Values.All(member => member.Object is null && member.List is null))
                text.Append(' ').Append(Inline(value)).Append('\n');
            else
            {
                text.Append(" {\n");
                Members(value, indent + "  ", text);
                text.Append(indent).Append("}\n");
            }
        }
    }

    private static string Inline(ConfigurationNode node)
    {
        if (node.Object is { } members)
            return members.Count == 0 ? "{ }" : $"{{ {string.Join(", ", members.Select(member => $"{KeyTrail.Quote(member.Key)} = {Inline(member.Value)}"))} }}";
        if (node.List is { } items)
            return items.Count == 0 ? "[]" : $"[{string.Join(", ", items.Select(Inline))}]";
        return node.Text is not { } text ? "null" : IsPlain(text) ? text : HoconQuoting.Quote(text);
    }

    private static bool IsPlain(string text) =>
        text.Length > 0 && text != "null" && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '%');
}
