namespace Guard.Host.Configuration.Hocon;

/// <summary>Fills in substitutions. One that refers to its own key means what the key held before; when it held nothing, it is a cycle and a fault.</summary>
internal sealed class SubstitutionResolver(RawObject root, FaultCollector faults)
{
    /// <summary>Few lines can unfold to any size; a configuration of this many values is none.</summary>
    private const int LargestWork = 4_000_000;

    private const int LongestChain = 32;

    /// <summary>Keys being worked out, with how many of their assignments are below the one in work.</summary>
    private readonly Dictionary<RawField, int> _below = new(ReferenceEqualityComparer.Instance);
    private int _work;
    private int _chain;
    private bool _cut;

    public ConfigurationNode Resolve() => Object(root, 0);

    private ConfigurationNode Object(RawObject raw, int depth)
    {
        var members = new Dictionary<string, ConfigurationNode>(raw.Fields.Count);
        foreach (var (key, field) in raw.Fields)
        {
            if (Field(field, field.Assigned.Count, depth + 1) is { } value)
                members[key] = value;
        }
        return ConfigurationNode.Of(members, raw.Origin);
    }

    /// <summary>The value after the first <paramref name="count"/> assignments; null when there is none.</summary>
    private ConfigurationNode? Field(RawField field, int count, int depth)
    {
        var layers = new List<ConfigurationNode>();
        for (var i = count - 1; i >= 0; i--)
        {
            var known = _below.TryGetValue(field, out var outer);
            _below[field] = i;
            var value = Value(field.Assigned[i], field, i, depth);
            if (known)
                _below[field] = outer;
            else
                _below.Remove(field);
            if (value is null)
                continue;
            if (value.Object is null && layers.Count > 0)
                break;
            layers.Add(value);
            if (value.Object is null)
                break;
        }
        return Merge(layers);
    }

    private ConfigurationNode? Merge(List<ConfigurationNode> topFirst)
    {
        if (topFirst.Count == 0)
            return null;
        var merged = topFirst[^1];
        for (var i = topFirst.Count - 2; i >= 0; i--)
        {
            Spend((merged.Object?.Count ?? 0) + 1, topFirst[i].Origin);
            merged = topFirst[i].Over(merged);
        }
        return merged;
    }

    private ConfigurationNode? Value(RawValue raw, RawField field, int index, int depth)
    {
        Spend(1, raw.Origin);
        if (_cut)
            return null;
        if (depth > HoconReader.DeepestNesting)
        {
            Cut(raw.Origin, $"unfolds to more than {HoconReader.DeepestNesting} levels", "fewer levels");
            return null;
        }
        return raw switch
        {
            RawText { Quoted: false, Text: "null" } => ConfigurationNode.Null(raw.Origin),
            RawText text => ConfigurationNode.Of(text.Text, raw.Origin),
            RawObject inner => Object(inner, depth),
            RawList list => List(list, field, index, depth),
            RawPrior => Field(field, index, depth) ?? ConfigurationNode.Of([], raw.Origin),
            RawSubstitution substitution => Substitution(substitution, depth),
            RawConcatenation concatenation => Concatenation(concatenation, field, index, depth),
            _ => throw new InvalidOperationException(raw.GetType().Name),
        };
    }

    private ConfigurationNode List(RawList list, RawField field, int index, int depth)
    {
        var items = new List<ConfigurationNode>(list.Items.Count);
        foreach (var item in list.Items)
        {
            if (Value(item, field, index, depth + 1) is { } value)
                items.Add(value);
        }
        return ConfigurationNode.Of(items, list.Origin);
    }

    private ConfigurationNode? Concatenation(RawConcatenation raw, RawField field, int index, int depth)
    {
        ConfigurationNode? whole = null;
        for (var i = 0; i < raw.Parts.Count; i++)
        {
            // Blanks around a list or section that a substitution brought are no text.
            if (raw.Parts[i] is RawText { Quoted: true } blank && blank.Text.All(char.IsWhiteSpace) && whole is { Text: null })
                continue;
            if (Value(raw.Parts[i], field, index, depth) is not { } part)
                continue;
            if (part.Text is null && whole?.Text is { } before && before.All(char.IsWhiteSpace))
                whole = null;
            whole = whole is null ? part.At(raw.Origin) : Join(whole, part, raw.Origin);
        }
        return whole;
    }

    private ConfigurationNode Join(ConfigurationNode left, ConfigurationNode right, Origin origin)
    {
        Spend((left.Object?.Count ?? left.List?.Count ?? left.Text?.Length / 64 ?? 0) + 1, origin);
        if (left.Object is not null && right.Object is not null)
            return right.Over(left).At(origin);
        if (left.List is { } items && right.List is { } more)
            return ConfigurationNode.Of([.. items, .. more], origin);
        if (left is { Object: null, List: null } && right is { Object: null, List: null })
            return ConfigurationNode.Of((left.Text ?? "null") + (right.Text ?? "null"), origin);
        faults.Add(origin, $"puts {right.Kind} behind {left.Kind}", "texts, lists or sections, not a mixture");
        return left;
    }

    private ConfigurationNode? Substitution(RawSubstitution raw, int depth)
    {
        if (_chain >= LongestChain)
        {
            Cut(raw.Origin, $"refers to a key that refers to a key, more than {LongestChain} times", "the value");
            return null;
        }
        _chain++;
        var cyclic = false;
        var found = raw.Prefix.Length > 0 ? Find(root, [.. raw.Prefix, .. raw.Path], depth, ref cyclic) : null;
        found ??= Find(root, raw.Path, depth, ref cyclic);
        _chain--;
        // The environment is the place for passwords.
        if (
            found is null
            && !cyclic
            && raw.Path is [var name]
            && name.Length > 0
            && !name.Contains('=')
            && !name.Contains('\0')
            && Environment.GetEnvironmentVariable(name) is { } variable
        )
            found = ConfigurationNode.Of(variable, raw.Origin);
        if (found is null && !_cut && (cyclic || !raw.Optional))
        {
            var written = string.Join('.', raw.Path.Select(KeyTrail.Quote));
            faults.Add(
                raw.Origin,
                cyclic ? $"${{{written}}} refers to itself" : $"${{{written}}} is not there",
                cyclic ? "a key that does not lead back here" : "a key of this configuration, or ${?…} when it may be missing"
            );
        }
        return found?.At(raw.Origin);
    }

    private ConfigurationNode? Find(RawObject from, ReadOnlySpan<string> path, int depth, ref bool cyclic)
    {
        if (!from.Fields.TryGetValue(path[0], out var field))
            return null;
        var count = field.Assigned.Count;
        if (_below.TryGetValue(field, out var below))
        {
            // Objects in work may be looked into: a { x = 1, y = ${a.x} }.
            if (path.Length == 1 || field.Assigned[below] is not RawObject)
                count = below;
            if (count == 0)
                cyclic = true;
        }
        if (path.Length == 1)
            return count == 0 ? null : Field(field, count, depth);
        var layers = new List<ConfigurationNode>();
        for (var i = count - 1; i >= 0; i--)
        {
            Spend(1, from.Origin);
            if (_cut)
                return null;
            var inner = field.Assigned[i] is RawObject next ? Find(next, path[1..], depth, ref cyclic) : Below(field, i, path[1..], depth);
            if (inner is null && field.Assigned[i] is not RawObject && !IsOpen(field.Assigned[i]))
                break;
            if (inner is null)
                continue;
            if (inner.Object is null && layers.Count > 0)
                break;
            layers.Add(inner);
            if (inner.Object is null)
                break;
        }
        return Merge(layers);
    }

    /// <summary>A path that goes on in what a substitution brings.</summary>
    private ConfigurationNode? Below(RawField field, int index, ReadOnlySpan<string> path, int depth)
    {
        var known = _below.TryGetValue(field, out var outer);
        _below[field] = index;
        var value = Value(field.Assigned[index], field, index, depth);
        if (known)
            _below[field] = outer;
        else
            _below.Remove(field);
        return value?.Find(path);
    }

    private static bool IsOpen(RawValue value) => value is RawSubstitution or RawConcatenation;

    private void Spend(int work, Origin origin)
    {
        _work += work;
        if (_work > LargestWork)
            Cut(origin, "unfolds to too many values", "fewer substitutions of large values");
    }

    private void Cut(Origin origin, string problem, string expected)
    {
        if (!_cut)
            faults.Add(origin, problem, expected);
        _cut = true;
    }
}
