namespace Guard.Host.Configuration;

/// <summary>Reads <c>intake.journal</c>.</summary>
internal static class JournalReader
{
    /// <returns>Null when the journal is not read.</returns>
    public static JournalSettings? Read(NodeReader reader, Func<string, string> resolve)
    {
        var usual = JournalSettings.Usual;
        var word = reader.Raw("units")?.Text;
        var all = word == "all";
        var settings = new JournalSettings(
            word is not null
                ? word is "all" or "off"
                    ? []
                    : [word]
                : reader.Words("units", []),
            resolve(reader.Text("directory", "")),
            reader.Text("namespace", ""),
            reader.Duration("since", usual.Since, TimeSpan.Zero, TimeSpan.FromDays(3650))
        );
        foreach (var unit in settings.Units.Where(unit => unit.Length == 0 || unit[0] == '-'))
            reader.Fault("units", $"'{unit}' is not the name of a unit", "names such as postfix, dovecot.service, \"postfix@*\"; or all");
        if (settings is { Directory.Length: > 0, Namespace.Length: > 0 })
            reader.Fault("namespace", "cannot be given beside directory", "one of the two");
        reader.Close();
        return all || settings.Units.Length > 0 ? settings : null;
    }
}
