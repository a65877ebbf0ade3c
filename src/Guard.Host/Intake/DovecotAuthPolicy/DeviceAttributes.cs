using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Guard.Host.Intake.DovecotAuthPolicy;

/// <summary>
/// What a <c>device_id</c> tells, under the names that weakforced gives it (wforce.conf.5, LoginTuple.device_attrs): an HTTP User-Agent, an IMAP ID command, or the
/// id of OX's mobile app, by the protocol. Only the families that are common are told; of any other text nothing.
/// </summary>
public static partial class DeviceAttributes
{
    private const int MaxLength = 512;

    public static FrozenDictionary<string, string> None { get; } = FrozenDictionary<string, string>.Empty;

    /// <summary>Systems by what their browsers say of them, the more particular ones first.</summary>
    private static readonly (string Sign, string Family)[] Systems =
    [
        ("iPhone OS ", "iOS"),
        ("CPU OS ", "iOS"),
        ("Android ", "Android"),
        ("Mac OS X ", "Mac OS X"),
        ("Windows NT ", "Windows"),
        ("CrOS ", "Chrome OS"),
        ("Ubuntu", "Ubuntu"),
        ("Linux", "Linux"),
    ];

    /// <summary>Browsers by their product token; those that pretend to be another one first.</summary>
    private static readonly (string Sign, string Family)[] Browsers =
    [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Thunderbird/", "Thunderbird"),
        ("FxiOS/", "Firefox iOS"),
        ("CriOS/", "Chrome Mobile iOS"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("curl/", "curl"),
        ("Version/", "Safari"),
    ];

    public static FrozenDictionary<string, string> Parse(string protocol, string device)
    {
        if (device.Length is 0 or > MaxLength)
            return None;
        try
        {
            return protocol.ToLowerInvariant() switch
            {
                "http" or "https" => Browser(device),
                "imap" or "imaps" => Imap(device),
                "mobileapi" => Mobile(device),
                _ => None,
            };
        }
        catch (RegexMatchTimeoutException)
        {
            return None;
        }
    }

    private static FrozenDictionary<string, string> Browser(string agent)
    {
        var found = new Dictionary<string, string>();
        foreach (var (sign, family) in Systems)
        {
            if (agent.IndexOf(sign, StringComparison.Ordinal) is var at and >= 0)
            {
                Add(found, "os", family, agent.AsSpan(at + sign.Length));
                break;
            }
        }
        foreach (var (sign, family) in Browsers)
        {
            if (agent.IndexOf(sign, StringComparison.Ordinal) is var at and >= 0 && (family != "Safari" || agent.Contains("Safari", StringComparison.Ordinal)))
            {
                Add(found, "browser", family, agent.AsSpan(at + sign.Length));
                break;
            }
        }
        var device =
            agent.Contains("iPhone", StringComparison.Ordinal) ? "iPhone"
            : agent.Contains("iPad", StringComparison.Ordinal) ? "iPad"
            : agent.Contains("Macintosh", StringComparison.Ordinal) ? "Mac"
            : "";
        if (device.Length > 0)
            (found["device.family"], found["device.brand"]) = (device, "Apple");
        return found.ToFrozenDictionary();
    }

    /// <summary>RFC 2971: pairs of quoted texts, such as <c>"name" "Mac OS X Mail" "version" "10.0 (3226)"</c>.</summary>
    private static FrozenDictionary<string, string> Imap(string id)
    {
        var pairs = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (Match pair in ImapPair().Matches(id))
            pairs.TryAdd(pair.Groups[1].Value, pair.Groups[2].Value);
        var found = new Dictionary<string, string>();
        Add(found, "imapc", pairs.GetValueOrDefault("name", ""), pairs.GetValueOrDefault("version", ""));
        Add(found, "os", pairs.GetValueOrDefault("os", ""), pairs.GetValueOrDefault("os-version", ""));
        return found.ToFrozenDictionary();
    }

    /// <summary><c>OpenXchange.iOS.Mail/1.0.3 (OS: 10.0.3; device: iPhone 7 Plus)</c>.</summary>
    private static FrozenDictionary<string, string> Mobile(string id)
    {
        var found = new Dictionary<string, string>();
        if (MobileApp().Match(id) is { Success: true } app)
        {
            found["app.brand"] = app.Groups[1].Value;
            found["os.family"] = app.Groups[2].Value;
            found["app.name"] = app.Groups[3].Value;
            Version(found, "app", app.Groups[4].Value);
        }
        if (MobileSystem().Match(id) is { Success: true } system)
            Version(found, "os", system.Groups[1].Value);
        if (MobileDevice().Match(id) is { Success: true } device)
            found["device.family"] = device.Groups[1].Value.Trim();
        return found.ToFrozenDictionary();
    }

    private static void Add(Dictionary<string, string> found, string what, string family, ReadOnlySpan<char> version)
    {
        if (family.Length == 0)
            return;
        found[$"{what}.family"] = family;
        Version(found, what, version);
    }

    /// <summary>Major and minor, separated by a dot, or by an underscore as Apple writes them.</summary>
    private static void Version(Dictionary<string, string> found, string what, ReadOnlySpan<char> version)
    {
        var major = Digits(version);
        if (major.Length == 0)
            return;
        found[$"{what}.major"] = major;
        version = version[major.Length..];
        if (version.Length > 1 && version[0] is '.' or '_' && Digits(version[1..]) is { Length: > 0 } minor)
            found[$"{what}.minor"] = minor;
    }

    private static string Digits(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && char.IsAsciiDigit(text[length]))
            length++;
        return text[..length].ToString();
    }

    [GeneratedRegex("\"([^\"]{1,40})\"\\s*\"([^\"]{0,100})\"", RegexOptions.None, 20)]
    private static partial Regex ImapPair();

    [GeneratedRegex("^([^./]{1,40})\\.([^./]{1,40})\\.([^/]{1,40})/([0-9]+\\.[0-9]+)", RegexOptions.None, 20)]
    private static partial Regex MobileApp();

    [GeneratedRegex("OS:\\s{0,4}([0-9]+(?:\\.[0-9]+)?)", RegexOptions.None, 20)]
    private static partial Regex MobileSystem();

    [GeneratedRegex("device:\\s{0,4}([a-zA-Z0-9\\-._/ ]{1,60})", RegexOptions.None, 20)]
    private static partial Regex MobileDevice();
}
