using Guard.Host.Configuration;
using Guard.Host.Intake.Logs;
using Guard.Host.Intake.Logs.Names;
using Serilog;

namespace Guard.Host.Running;

/// <summary>Takes the virtual map over when its file changes, and on reload. What cannot be read leaves the former one standing.</summary>
internal sealed class NamesReload(UserNameRules names, VirtualMapSource? source, ILogger log)
{
    private readonly Lock _gate = new();
    private VirtualMapSource? _source = source;

    /// <summary>Looks whether the file is another one than was read.</summary>
    public void Look()
    {
        lock (_gate)
        {
            if (_source is { Changed: true } changed)
                Take(changed, "changed");
        }
    }

    /// <summary>Reads it again whatever it is, from where the configuration now says; answers of SQL tables are asked for anew.</summary>
    public void Reload(LogIntakeSettings settings)
    {
        lock (_gate)
        {
            if (settings.VirtualMap.Length > 0)
                Take(new VirtualMapSource(settings.VirtualMap), "reloaded");
            else if (_source is not null)
                names.Take(VirtualMap.Empty, _source = null);
        }
    }

    private void Take(VirtualMapSource from, string why)
    {
        try
        {
            var map = from.Read();
            foreach (var odd in map.Odd)
                log.Warning("Virtual map: {Odd:l}; the line is passed over", odd);
            names.Take(map, from);
            _source = from;
            log.Information("Virtual map {Why:l}: {Count} names", why, map.Names.Count);
        }
        catch (FormatException failure)
        {
            log.Error("{Reason:l}; the virtual map stays as it was", failure.Message);
        }
    }
}
