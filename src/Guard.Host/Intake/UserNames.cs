using Guard.Host.Configuration;
using Guard.Host.Intake.Logs;
using Guard.Host.Intake.Logs.Names;

namespace Guard.Host.Intake;

/// <summary>Makes the rules for user names that are configured.</summary>
public static class UserNames
{
    /// <param name="warn">Is told of each line of the virtual map that is passed over.</param>
    /// <exception cref="FormatException">The virtual map cannot be read.</exception>
    public static UserNameRules Of(LogIntakeSettings settings, Action<string>? warn = null) => Of(settings, MapOf(settings), warn);

    /// <exception cref="FormatException">The virtual map cannot be read.</exception>
    public static UserNameRules Of(LogIntakeSettings settings, VirtualMapSource? source, Action<string>? warn)
    {
        var map = source?.Read() ?? VirtualMap.Empty;
        foreach (var odd in map.Odd)
            warn?.Invoke($"{settings.VirtualMap}: {odd}; the line is passed over");
        return new UserNameRules(settings.DefaultDomain, settings.SystemDomain, settings.FoldCase, map, settings.RecipientDelimiter, source);
    }

    public static VirtualMapSource? MapOf(LogIntakeSettings settings) => settings.VirtualMap.Length == 0 ? null : new VirtualMapSource(settings.VirtualMap);
}
