using Guard.Host.Configuration;
using Xunit;

namespace Guard.Host.Tests.Migration;

/// <summary>What an import wrote, as the guard's own reader takes it.</summary>
internal static class ImportedText
{
    public static GuardSettings? Loaded(string text)
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, text);
        var loaded = GuardConfiguration.Load(file);
        File.Delete(file);
        Assert.Empty(loaded.Faults);
        return loaded.Settings;
    }
}
