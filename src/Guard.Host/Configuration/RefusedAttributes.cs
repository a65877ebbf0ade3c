using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Guard.Host.Configuration;

/// <summary>Attributes of a login, by name, with the values for which it is refused: <c>accountStatus = [blocked]</c>.</summary>
public sealed record RefusedAttributes(FrozenDictionary<string, FrozenSet<string>> Values)
{
    public static RefusedAttributes None { get; } = new(FrozenDictionary<string, FrozenSet<string>>.Empty);

    /// <summary>The first that is refused; null when none is.</summary>
    public (string Name, string Value)? Refused(IReadOnlyDictionary<string, ImmutableArray<string>> attributes)
    {
        foreach (var (name, values) in Values)
        {
            if (!attributes.TryGetValue(name, out var given))
                continue;
            foreach (var value in given)
            {
                if (values.Contains(value))
                    return (name, value);
            }
        }
        return null;
    }

    internal static RefusedAttributes Read(NodeReader reader)
    {
        var read = new RefusedAttributes(reader.Keys.ToFrozenDictionary(name => name, name => reader.Words(name, []).ToFrozenSet()));
        reader.Close();
        return read;
    }
}
