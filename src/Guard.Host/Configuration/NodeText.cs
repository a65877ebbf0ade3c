using System.Text;

namespace Guard.Host.Configuration;

/// <summary>Writes a tree as JSON.</summary>
public static class NodeText
{
    public static string Json(ConfigurationNode node)
    {
        var text = new StringBuilder();
        Json(node, text);
        return text.ToString();
    }

    private static void Json(ConfigurationNode node, StringBuilder text)
    {
        if (node.Object is { } members)
            Join(
                '{',
                members,
                '}',
                text,
                member =>
                {
                    text.Append(HoconQuoting.Quote(member.Key)).Append(':');
                    Json(member.Value, text);
                }
            );
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
}
