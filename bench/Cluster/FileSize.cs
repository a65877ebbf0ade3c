namespace Guard.Bench.Cluster;

/// <summary>What a file takes, or a directory with all that is in it.</summary>
internal static class FileSize
{
    public static double MiB(string path) =>
        (
            Directory.Exists(path) ? new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length)
            : File.Exists(path) ? new FileInfo(path).Length
            : 0
        ) / 1048576.0;
}
