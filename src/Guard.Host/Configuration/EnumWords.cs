namespace Guard.Host.Configuration;

/// <summary>Words of enumerations that people write. Their numbers are ours: who writes 2 means something else.</summary>
public static class EnumWords
{
    /// <summary>Case and hyphens do not matter; numbers, signs and lists are none.</summary>
    public static bool TryParse<T>(string? text, out T value)
        where T : struct, Enum
    {
        value = default;
        var plain = text?.Replace("-", "", StringComparison.Ordinal) ?? "";
        return plain.Length > 0 && plain.All(char.IsAsciiLetter) && Enum.TryParse(plain, ignoreCase: true, out value) && Enum.IsDefined(value);
    }
}
