using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace Guard.Host.Configuration;

/// <summary>What loading came to: settings when there are no faults.</summary>
/// <param name="Akka">The file's own <c>akka</c> section, passed through.</param>
public sealed record ConfigurationResult(GuardSettings? Settings, Config Akka, IReadOnlyList<ConfigurationFault> Faults);

/// <summary>Loads the configuration: the file with its includes, then <c>--set</c> on top. What neither says has its default.</summary>
public static class GuardConfiguration
{
    public static ConfigurationResult Load(string? file, IReadOnlyDictionary<string, string>? sets = null)
    {
        var faults = new FaultCollector();
        var root = ConfigurationNode.Empty;
        var akka = Config.Empty;
        var directory = Directory.GetCurrentDirectory();
        if (file is not null)
        {
            directory = Path.GetDirectoryName(Path.GetFullPath(file))!;
            if (Parse(file, faults) is { } parsed)
            {
                root = parsed.Root;
                akka = parsed.Akka;
            }
        }
        foreach (var (key, value) in sets ?? new Dictionary<string, string>())
            root = ConfigurationNode.At(key, value).Over(root);
        if (root.Object is not null)
        {
            foreach (var key in root.Object.Keys.Where(key => key is not ("accountguard" or "akka")))
                faults.Add(key, "is an unknown key", "accountguard { … } or akka { … }");
        }
        // Values are read even after a syntax error elsewhere, so that one run tells all mistakes it can.
        var settings = new SettingsReader(faults, directory).Read(root);
        return new ConfigurationResult(faults.Faults.Count == 0 ? settings : null, akka, faults.Faults);
    }

    private static (ConfigurationNode Root, Config Akka)? Parse(string file, FaultCollector faults)
    {
        string text;
        try
        {
            text = File.ReadAllText(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            faults.Add(new ConfigurationFault(file, 0, "file", failure.Message, "a readable file"));
            return null;
        }
        var locator = KeyLocator.Read(text);
        faults.Read(file, locator);
        if (locator.Unclosed is { } open)
        {
            faults.Add(new ConfigurationFault(file, open.Line, "syntax", $"{open.What} is never closed", "its closing mark"));
            return null;
        }
        try
        {
            var parsed = Parser.Parse(text, include => Include(file, include, faults));
            var root = ConfigurationNode.From(parsed.Value);
            return (root.Object is null ? ConfigurationNode.Empty : root, new Config(parsed));
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // The parser throws many kinds; all of them mean that the text is no HOCON.
            faults.Add(new ConfigurationFault(file, LineIn(failure.Message), "syntax", failure.Message.Split('\n')[0], "HOCON"));
            return null;
        }
    }

    private static HoconRoot Include(string from, string include, FaultCollector faults)
    {
        var path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(from))!, include);
        if (!File.Exists(path))
        {
            faults.Add(new ConfigurationFault(from, 0, "include", $"'{include}' is not there", "a file beside this one"));
            return Parser.Parse("{}", null);
        }
        var text = File.ReadAllText(path);
        faults.Read(path, KeyLocator.Read(text));
        return Parser.Parse(text, next => Include(path, next, faults));
    }

    private static int LineIn(string message)
    {
        var at = message.IndexOf("line ", StringComparison.OrdinalIgnoreCase);
        return at >= 0 && int.TryParse(new string([.. message[(at + 5)..].TakeWhile(char.IsAsciiDigit)]), out var line) ? line : 0;
    }
}
