using Guard.Host.Platform;

namespace Guard.Host.Running.Setup;

/// <summary>A table of locked accounts in which nobody is: a mail server that is told of one that is not there refuses everybody.</summary>
internal static class EmptyTable
{
    /// <param name="reader">The group that the daemon reads it with.</param>
    public static void Make(string path, string reader)
    {
        if (!File.Exists(path))
            AtomicFile.Write(path, "", AtomicFile.ForAll, group: reader);
    }
}
