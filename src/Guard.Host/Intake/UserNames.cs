using Guard.Host.Configuration;
using Guard.Host.Intake.Logs;

namespace Guard.Host.Intake;

/// <summary>Makes the rules for user names that are configured.</summary>
public static class UserNames
{
    /// <exception cref="FormatException">The virtual map cannot be read.</exception>
    public static UserNameRules Of(LogIntakeSettings settings)
    {
        IReadOnlyDictionary<string, string>? map = null;
        if (settings.VirtualMap.Length > 0)
        {
            try
            {
                map = UserNameRules.ReadMap(File.ReadLines(settings.VirtualMap));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException)
            {
                throw new FormatException($"{settings.VirtualMap}: {failure.Message}", failure);
            }
        }
        return new UserNameRules(settings.DefaultDomain, settings.SystemDomain, settings.FoldCase, map);
    }
}
