using Guard.Messages.Users;

namespace Guard.Host.Texts;

/// <summary>Words for what was announced.</summary>
internal static class PlannedText
{
    public static string Of(PlannedException planned) => string.Join("; ", Parts(planned));

    private static IEnumerable<string> Parts(PlannedException planned)
    {
        if (planned.Places.Length > 0)
            yield return $"expected in {planned.Places} from {planned.From.UtcDateTime:yyyy-MM-dd HH:mm}";
        if (planned.Recipients > 0)
            yield return $"{planned.Used} of {planned.Recipients} recipients from {planned.From.UtcDateTime:yyyy-MM-dd HH:mm}";
        if (planned.By is { } by)
            yield return $"announced by {by.Name}";
    }
}
