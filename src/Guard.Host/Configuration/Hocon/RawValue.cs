namespace Guard.Host.Configuration.Hocon;

/// <summary>A value as it was written, before substitutions are filled in.</summary>
internal abstract class RawValue(Origin origin)
{
    public Origin Origin { get; } = origin;
}

internal sealed class RawText(string text, bool quoted, Origin origin) : RawValue(origin)
{
    public string Text { get; } = text;

    public bool Quoted { get; } = quoted;
}

internal sealed class RawList(List<RawValue> items, Origin origin) : RawValue(origin)
{
    public List<RawValue> Items { get; } = items;
}

/// <summary><c>${a.b}</c> or <c>${?a.b}</c>.</summary>
/// <param name="prefix">Where the file it stands in was included: looked up there first.</param>
internal sealed class RawSubstitution(string[] path, string[] prefix, bool optional, Origin origin) : RawValue(origin)
{
    public string[] Path { get; } = path;

    public string[] Prefix { get; } = prefix;

    public bool Optional { get; } = optional;
}

/// <summary>What the key held before this assignment: the left side of <c>+=</c>.</summary>
internal sealed class RawPrior(Origin origin) : RawValue(origin);

/// <summary>Values written behind one another: texts join, lists append, objects merge.</summary>
internal sealed class RawConcatenation(List<RawValue> parts, Origin origin) : RawValue(origin)
{
    public List<RawValue> Parts { get; } = parts;
}

/// <summary>A key with everything assigned to it, first to last.</summary>
internal sealed class RawField
{
    public List<RawValue> Assigned { get; } = [];
}

internal sealed class RawObject(Origin origin) : RawValue(origin)
{
    public Dictionary<string, RawField> Fields { get; } = [];

    /// <summary>The object at a key, to write into: the last one assigned, or a new one.</summary>
    public RawObject Descend(string key, Origin origin)
    {
        var field = Field(key);
        if (field.Assigned is [.., RawObject last])
            return last;
        var next = new RawObject(origin);
        field.Assigned.Add(next);
        return next;
    }

    public void Assign(string key, RawValue value)
    {
        var field = Field(key);
        if (value is RawObject next && field.Assigned is [.., RawObject last])
            last.Take(next);
        else
            field.Assigned.Add(value);
    }

    private void Take(RawObject other)
    {
        foreach (var (key, field) in other.Fields)
        {
            foreach (var value in field.Assigned)
                Assign(key, value);
        }
    }

    private RawField Field(string key)
    {
        if (!Fields.TryGetValue(key, out var field))
            Fields[key] = field = new RawField();
        return field;
    }
}
