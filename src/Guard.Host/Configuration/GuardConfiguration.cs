using Akka.Configuration;
using Guard.Host.Configuration.Hocon;

namespace Guard.Host.Configuration;

/// <summary>What loading came to: settings when there are no faults.</summary>
/// <param name="Akka">The file's own sections <c>akka</c> and <c>petabridge.cmd</c>, passed through.</param>
/// <param name="Warnings">What is allowed and hardly meant.</param>
/// <param name="Asked">Every key the readers know, as far as this configuration leads to it.</param>
public sealed record ConfigurationResult(
    GuardSettings? Settings,
    Config Akka,
    IReadOnlyList<ConfigurationFault> Faults,
    IReadOnlyList<ConfigurationFault> Warnings,
    IReadOnlySet<string> Asked
)
{
    /// <summary>The whole configuration as one tree.</summary>
    public ConfigurationNode? Tree { get; init; }
}

/// <summary>Loads the configuration: the file with its includes, then the environment, then <c>--set</c> on top. What none says has its default.</summary>
public static class GuardConfiguration
{
    /// <summary>Where packages put it.</summary>
    public const string Installed = "/etc/accountguard/accountguard.conf";

    /// <param name="file">Null: the installed one, where there is one.</param>
    public static ConfigurationResult Load(string? file, IReadOnlyDictionary<string, string>? sets = null)
    {
        file ??= Path.Exists(Installed) ? Installed : null;
        var faults = new FaultCollector();
        var directory = file is null ? Directory.GetCurrentDirectory() : Path.GetDirectoryName(Path.GetFullPath(file))!;
        var root = file is null ? null : HoconDocument.File(file, faults);
        root ??= ConfigurationNode.Empty(Origin.CommandLine(KeyTrail.Root));
        foreach (var (key, value) in EnvironmentSettings.Of(Environment.GetEnvironmentVariable).Concat(sets ?? new Dictionary<string, string>()))
        {
            if (HoconDocument.Set(key, value, faults) is { } set)
                root = set.Over(root);
        }
        var top = new NodeReader(root, root.Origin, faults);
        var akka = top.SectionNode(AkkaSection.Akka);
        var petabridge = top.SectionNode(AkkaSection.Petabridge);
        // Values are read even after a fault elsewhere, so that one run tells all mistakes it can.
        var settings = new SettingsReader(faults, directory).Read(top.Section("accountguard"));
        foreach (var key in root.Object!.Keys.Where(key => key is not ("accountguard" or AkkaSection.Akka or AkkaSection.Petabridge)))
            top.Fault(key, "is an unknown key", "accountguard { … }, akka { … } or petabridge.cmd { … }");
        foreach (var key in petabridge?.Object?.Keys.Where(key => key != "cmd") ?? [])
            top.Section(AkkaSection.Petabridge).Fault(key, "is an unknown key", "petabridge.cmd { … }");
#if !PETABRIDGE
        if (petabridge is not null)
            faults.Warn(petabridge.Origin, "is for a tool that is not built in", "a program made by make build PETABRIDGE=1");
#endif
        var sections = new[] { (AkkaSection.Akka, akka), (AkkaSection.Petabridge, petabridge) };
        if (faults.Faults.Count == 0)
            settings = settings with { Passed = [.. AkkaSection.Passed(sections)] };
        var sound = faults.Faults.Count == 0;
        return new ConfigurationResult(sound ? settings : null, AkkaSection.ToConfig(sections), faults.Faults, faults.Warnings, faults.Asked) { Tree = root };
    }
}
