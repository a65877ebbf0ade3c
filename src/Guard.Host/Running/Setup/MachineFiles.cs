namespace Guard.Host.Running.Setup;

/// <summary>The files of a machine below its root, which is another directory in tests.</summary>
internal sealed record MachineFiles(string Root)
{
    public string At(string path) => Path.Combine(Root, path.TrimStart('/'));

    public bool Has(string path) => Path.Exists(At(path));

    /// <summary>Whether a program is in one of the usual directories.</summary>
    public bool HasProgram(string name) =>
        new[] { "usr/sbin", "usr/bin", "usr/local/sbin", "usr/local/bin", "usr/lib/sendmail.d", "usr/libexec/sendmail" }.Any(directory =>
            Has($"{directory}/{name}")
        );

    /// <summary>The first line; empty where there is none.</summary>
    public string FirstLine(string path) => Has(path) ? File.ReadLines(At(path)).FirstOrDefault("").Trim() : "";
}
