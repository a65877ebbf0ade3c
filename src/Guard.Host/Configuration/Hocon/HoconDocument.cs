namespace Guard.Host.Configuration.Hocon;

/// <summary>Reads a file with its includes, and <c>--set</c>, into plain trees.</summary>
internal static class HoconDocument
{
    /// <summary>A pipe nobody writes into must not hold up the daemon's start or reload.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Null when the file is no HOCON or cannot be read.</summary>
    public static ConfigurationNode? File(string file, FaultCollector faults)
    {
        // Into a collector of its own: what a reader that was given up finds later must not appear.
        var own = new FaultCollector();
        ConfigurationNode? root = null;
        // The stack is many times what the deepest allowed text takes.
        var thread = new Thread(() => root = Read(file, own), 16 * 1024 * 1024) { IsBackground = true, Name = "configuration" };
        thread.Start();
        if (!thread.Join(Patience))
        {
            faults.Add(
                new ConfigurationFault(file, 0, "file", $"could not be read within {Patience.TotalSeconds:0} seconds", "a file that can be read at once")
            );
            return null;
        }
        foreach (var fault in own.Faults)
            faults.Add(fault);
        return root;
    }

    /// <summary>What one <c>--set KEY=VALUE</c> says; null with a fault when it cannot be read.</summary>
    public static ConfigurationNode? Set(string key, string value, FaultCollector faults)
    {
        if (KeyReader.Parse(key, out var problem) is not { } steps)
        {
            faults.Add(new ConfigurationFault("command line", 0, $"--set {key}", problem!, "accountguard.KEY=VALUE, with steps that hold dots in quotes"));
            return null;
        }
        var trail = steps.Aggregate(KeyTrail.Root, (above, step) => above.Then(step));
        var root = new RawObject(Origin.CommandLine(KeyTrail.Root));
        var into = root;
        var at = KeyTrail.Root;
        foreach (var step in steps.AsSpan(..^1))
            into = into.Descend(step, Origin.CommandLine(at = at.Then(step)));
        try
        {
            into.Assign(steps[^1], Value(value, trail));
        }
        catch (SyntaxException failure)
        {
            faults.Add(failure.Fault);
            return null;
        }
        return new SubstitutionResolver(root, faults).Resolve();
    }

    /// <summary>Lists, sections and quoted texts are HOCON; all else is taken as it is, so that <c>127.0.0.1:8080</c> needs no quotes within a
    /// shell's.</summary>
    private static RawValue Value(string text, KeyTrail key)
    {
        if (text.AsSpan().TrimStart() is not (['[' or '{' or '"', ..]))
            return new RawText(text, true, Origin.CommandLine(key));
        var cursor = new HoconCursor("command line", text, firstLine: 0);
        return new HoconReader(cursor, includes: null, []).Alone(key);
    }

    private static ConfigurationNode? Read(string file, FaultCollector faults)
    {
        var files = new SourceFiles(faults);
        if (files.Read(file, fault => fault) is not { } text)
            return null;
        var root = new RawObject(new Origin(file, 1, KeyTrail.Root));
        try
        {
            new HoconReader(new HoconCursor(file, text), new IncludeReader(Path.GetFullPath(file), files, []), []).File(root, []);
        }
        catch (SyntaxException failure)
        {
            faults.Add(failure.Fault);
            return null;
        }
        // Without what a broken file would have brought, substitutions would only repeat its fault.
        return files.IsBroken ? null : new SubstitutionResolver(root, faults).Resolve();
    }
}
