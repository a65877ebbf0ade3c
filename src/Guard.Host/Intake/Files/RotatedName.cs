using System.Globalization;

namespace Guard.Host.Intake.Files;

/// <summary>What a file name says of rotation.</summary>
/// <param name="Base">The log's own path.</param>
/// <param name="Age">Sorts oldest first; the log itself is last.</param>
public readonly record struct RotatedName(string Base, string Age)
{
    /// <summary>Behind every number and date.</summary>
    private const string Current = "~";

    public static RotatedName Of(string file)
    {
        var name = file.EndsWith(".gz", StringComparison.Ordinal) ? file[..^3] : file;
        var dot = name.LastIndexOf('.');
        if (dot > 0 && name.Length - dot <= 6 && int.TryParse(name.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return new RotatedName(name[..dot], (1_000_000 - number).ToString("D7", CultureInfo.InvariantCulture));
        var dash = name.LastIndexOf('-');
        // logrotate's dateext, from mail.log-20260301 to mail.log-20260301-1700000000.
        if (dash > 0 && name.Length - dash >= 9 && name.AsSpan(dash + 1).IndexOfAnyExceptInRange('0', '9') < 0)
            return new RotatedName(name[..dash], name[(dash + 1)..]);
        return new RotatedName(name, file == name ? Current : "}");
    }
}
