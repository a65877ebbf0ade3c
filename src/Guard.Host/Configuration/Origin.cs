namespace Guard.Host.Configuration;

/// <summary>Where something was written: its file, its line from 1 (0 outside of files), and its full key.</summary>
public sealed record Origin(string File, int Line, KeyTrail Key)
{
    public static Origin CommandLine(KeyTrail key) => new("command line", 0, key);
}
