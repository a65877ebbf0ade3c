using System.Collections.Frozen;
using Guard.Host.Intake.Logs.Names;

namespace Guard.Host.Enforcement.Locks;

/// <summary>The virtual map as it is now. One that cannot be read takes no lock away: accounts are then known by what they were known by.</summary>
internal sealed class VirtualMapFile(string path)
{
    private readonly Lock _gate = new();
    private IReadOnlyDictionary<string, string> _map = FrozenDictionary<string, string>.Empty;
    private DateTime _changed;

    public IReadOnlyDictionary<string, string> Current
    {
        get
        {
            if (path.Length == 0)
                return _map;
            lock (_gate)
            {
                try
                {
                    // A time of its own stands for a file that is not there.
                    if (File.GetLastWriteTimeUtc(path) is var changed && changed != _changed && File.Exists(path))
                        (_map, _changed) = (VirtualMap.Read(File.ReadLines(path)).Names, changed);
                }
                catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException)
                {
                }
                return _map;
            }
        }
    }
}
