namespace Guard.Host.Running.Setup;

/// <summary>
/// What stood in files of others before setup changed them, and what setup made of them, in a place of root's alone: as long as nobody else changes such a file,
/// it can be put back byte for byte.
/// </summary>
internal sealed class KeptFiles(MachineFiles machine, string directory, params string[] names)
{
    public bool Any => names.Any(IsKept);

    /// <summary>Others changed one of them since.</summary>
    public bool IsEdited => names.Any(name => IsKept(name) && !IsAsLeft(name));

    public IReadOnlyList<byte[]> Read() => [.. names.Select(name => File.ReadAllBytes(At(name)))];

    /// <summary>Mode and owner stay.</summary>
    public void Write(IReadOnlyList<byte[]> contents)
    {
        foreach (var (name, bytes) in names.Zip(contents))
            File.WriteAllBytes(At(name), bytes);
    }

    /// <summary>Before a change.</summary>
    public void Keep()
    {
        BeforeSetup.Make(machine);
        foreach (var name in names)
        {
            if (!IsKept(name))
                File.Copy(At(name), machine.At(Before(name)));
            else if (!IsAsLeft(name))
                // Others wrote since: what was before is no longer what may be put back.
                File.Delete(machine.At(After(name)));
        }
    }

    /// <summary>After a change that was taken.</summary>
    /// <param name="before">What <see cref="Read"/> gave before it.</param>
    public void Note(IReadOnlyList<byte[]> before)
    {
        foreach (var (name, bytes) in names.Zip(before))
            if (machine.Has(After(name)) || Same(bytes, machine.At(Before(name))))
                File.Copy(At(name), machine.At(After(name)), overwrite: true);
    }

    /// <summary>Puts back what nobody else changed.</summary>
    /// <returns>Which files.</returns>
    public IReadOnlyList<string> PutBack()
    {
        var same = names.Where(name => IsKept(name) && IsAsLeft(name)).ToArray();
        foreach (var name in same)
            File.WriteAllBytes(At(name), File.ReadAllBytes(machine.At(Before(name))));
        return [.. same.Select(name => $"{directory}/{name}")];
    }

    public void Forget()
    {
        foreach (var name in names)
        {
            File.Delete(machine.At(Before(name)));
            File.Delete(machine.At(After(name)));
        }
        BeforeSetup.RemoveIfEmpty(machine);
    }

    private bool IsKept(string name) => machine.Has(Before(name));

    private bool IsAsLeft(string name) => machine.Has(After(name)) && Same(File.ReadAllBytes(At(name)), machine.At(After(name)));

    private static bool Same(byte[] bytes, string file) => bytes.AsSpan().SequenceEqual(File.ReadAllBytes(file));

    private string At(string name) => machine.At($"{directory}/{name}");

    private static string Before(string name) => $"{BeforeSetup.Place}/{name}.before";

    private static string After(string name) => $"{BeforeSetup.Place}/{name}.after";
}
