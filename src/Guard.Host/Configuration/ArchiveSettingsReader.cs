namespace Guard.Host.Configuration;

/// <summary>Reads <c>archive</c>.</summary>
internal static class ArchiveSettingsReader
{
    private const int Megabyte = 1 << 20;

    public static ArchiveSettings Read(NodeReader reader)
    {
        var usual = ArchiveSettings.Default;
        var settings = new ArchiveSettings(
            reader.Number("keep-days", usual.Keep, 0, 366),
            (long)reader.Number("most-megabytes", (int)(usual.MaxBytes / Megabyte), 16, 10_000_000) * Megabyte,
            reader.Duration("what-if-patience", usual.WhatIfPatience, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1))
        );
        reader.Close();
        return settings;
    }
}
