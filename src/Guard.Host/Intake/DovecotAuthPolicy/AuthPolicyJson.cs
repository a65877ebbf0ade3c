using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Places;

namespace Guard.Host.Intake.DovecotAuthPolicy;

/// <summary>Reads the bodies of the calls: Dovecot's "Authentication policy support" and the schemas of weakforced's API (wforce_api.7, definitions).</summary>
public static class AuthPolicyJson
{
    private const int LongestText = 1024;
    private const int MaxAttributes = 64;

    /// <summary>Some clients send nested attributes; none sends deep ones.</summary>
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 16 };

    public static LoginAttempt ReadAttempt(ReadOnlyMemory<byte> body) => Read(body, Attempt);

    public static LoginReport ReadReport(ReadOnlyMemory<byte> body) =>
        Read(
            body,
            static root => new LoginReport(Attempt(root), Flag(root, "success") ?? throw Missing("success"), Flag(root, "policy_reject") ?? false)
            {
                FailType = Text(root, "fail_type"),
            }
        );

    /// <summary>An address, a login, or both: of reset and getDBStats.</summary>
    public static (NetworkAddress Address, string Login) ReadSubject(ReadOnlyMemory<byte> body) =>
        Read(
            body,
            static root =>
            {
                var login = Text(root, "login");
                var address = Text(root, "ip");
                if (address.Length > 0)
                    return (Address(address), login);
                return login.Length > 0 ? (default(NetworkAddress), login) : throw new AuthPolicyRequestException("No ip or login field supplied");
            }
        );

    /// <summary>What an entry of a list is about; <c>ip</c> and <c>netmask</c> exclude each other.</summary>
    public static AccessKey ReadKey(ReadOnlyMemory<byte> body) => Read(body, Key);

    /// <summary>An entry to add. Without an end it is not taken: every entry has its way out.</summary>
    public static AccessEntry ReadEntry(ReadOnlyMemory<byte> body, DateTimeOffset now) =>
        Read(
            body,
            root =>
            {
                // Ten years are for ever, and no overflow.
                const int longest = 10 * 366 * 86_400;
                var key = Key(root);
                if (!root.TryGetProperty("expire_secs"u8, out var value) || value.ValueKind == JsonValueKind.Null)
                    throw new AuthPolicyRequestException("Missing mandatory expire_secs field");
                if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out var seconds) || seconds <= 0)
                    throw new AuthPolicyRequestException("expire_secs must be a whole number above 0");
                if (!root.TryGetProperty("reason"u8, out var reason) || reason.ValueKind == JsonValueKind.Null)
                    throw new AuthPolicyRequestException("Missing mandatory reason field");
                return new AccessEntry(key, now.AddSeconds(Math.Min(seconds, longest)), Text(root, "reason"));
            }
        );

    /// <exception cref="AuthPolicyRequestException">The body is none, or one of these is missing.</exception>
    public static void Demand(ReadOnlyMemory<byte> body, IReadOnlyList<string> names) =>
        Read(
            body,
            root =>
                names.All(name => root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null)
                    ? true
                    : throw new AuthPolicyRequestException($"One of mandatory parameters [{string.Join(", ", names)}] is missing")
        );

    private static T Read<T>(ReadOnlyMemory<byte> body, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Options);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? read(document.RootElement)
                : throw new AuthPolicyRequestException("the body is not a JSON object");
        }
        catch (Exception damaged) when (damaged is JsonException or InvalidOperationException)
        {
            // Invalid UTF-8 within a string shows only when it is read.
            throw new AuthPolicyRequestException("the body is not JSON");
        }
    }

    private static LoginAttempt Attempt(JsonElement root)
    {
        var login = Text(root, "login");
        if (login.Length == 0)
            throw Missing("login");
        var (protocol, device) = (Text(root, "protocol"), Text(root, "device_id"));
        var attributes = Attributes(root);
        return new LoginAttempt
        {
            Login = login,
            // A login by way of a local socket has none; it is still a login.
            Remote = NetworkAddress.TryParse(Text(root, "remote"), out var remote) ? remote : default,
            Protocol = protocol,
            PasswordHash = new PasswordHash(Text(root, "pwhash")),
            SessionId = Text(root, "session_id"),
            DeviceId = device,
            Attributes = attributes,
            Device = Given(root) ?? DeviceAttributes.Parse(protocol, device),
            Ja3 =
                Ja3(root) is { Length: > 0 } ja3 ? ja3
                : attributes.TryGetValue("ja3", out var listed) && listed is [var one] ? one.ToLowerInvariant()
                : "",
            Tls = Flag(root, "tls") ?? false,
        };
    }

    /// <summary>Texts, and lists of texts; anything else is passed over, as weakforced does.</summary>
    private static FrozenDictionary<string, ImmutableArray<string>> Attributes(JsonElement root)
    {
        if (!root.TryGetProperty("attrs"u8, out var attrs) || attrs.ValueKind != JsonValueKind.Object)
            return FrozenDictionary<string, ImmutableArray<string>>.Empty;
        var found = new Dictionary<string, ImmutableArray<string>>();
        foreach (var attribute in attrs.EnumerateObject())
        {
            if (found.Count >= MaxAttributes || attribute.Name.Length > LongestText)
                break;
            if (attribute.Value.ValueKind == JsonValueKind.String)
                found[attribute.Name] = [Bounded(attribute.Value)];
            else if (attribute.Value.ValueKind == JsonValueKind.Array)
                found[attribute.Name] =
                [
                    .. attribute.Value.EnumerateArray().Where(value => value.ValueKind == JsonValueKind.String).Take(MaxAttributes).Select(Bounded),
                ];
        }
        return found.ToFrozenDictionary();
    }

    /// <summary>What the client found out of the device itself.</summary>
    private static FrozenDictionary<string, string>? Given(JsonElement root) =>
        root.TryGetProperty("device_attrs"u8, out var attrs) && attrs.ValueKind == JsonValueKind.Object
            ? attrs
                .EnumerateObject()
                .Where(attribute => attribute.Value.ValueKind == JsonValueKind.String)
                .Take(MaxAttributes)
                .GroupBy(attribute => attribute.Name)
                .ToFrozenDictionary(attribute => attribute.Key, attribute => Bounded(attribute.Last().Value))
            : null;

    private static string Bounded(JsonElement value) => value.GetString() is { Length: <= LongestText } text ? text : "";

    private static string Ja3(JsonElement root) => Text(root, "ja3").ToLowerInvariant();

    private static AccessKey Key(JsonElement root)
    {
        var (address, netmask) = (Text(root, "ip"), Text(root, "netmask"));
        if (address.Length > 0 && netmask.Length > 0)
            throw new AuthPolicyRequestException("ip and netmask exclude each other");
        NetworkPrefix? network = null;
        if (netmask.Length > 0)
            network = NetworkPrefix.TryParse(netmask, out var parsed) ? parsed : throw new AuthPolicyRequestException("netmask is no network");
        else if (address.Length > 0)
            network = new NetworkPrefix(Address(address), Address(address).IsIPv4 ? 32 : 128);
        var (login, ja3) = (Text(root, "login"), Ja3(root));
        if (login.Length > 0 && ja3.Length > 0)
            throw new AuthPolicyRequestException("login and ja3 exclude each other");
        return AccessKey.From(network, login, ja3) ?? throw new AuthPolicyRequestException("No ip, netmask, login or ja3 field supplied");
    }

    private static NetworkAddress Address(string text) =>
        NetworkAddress.TryParse(text, out var address) ? address : throw new AuthPolicyRequestException("ip is no address");

    private static string Text(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return "";
        if (value.ValueKind != JsonValueKind.String)
            throw new AuthPolicyRequestException($"{name} must be a string");
        var text = value.GetString() ?? "";
        return text.Length <= LongestText ? text : throw new AuthPolicyRequestException($"{name} is longer than {LongestText} characters");
    }

    /// <summary>Scripts send <c>"true"</c> as often as <c>true</c>.</summary>
    private static bool? Flag(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var value))
            return null;
        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.String when bool.TryParse(value.GetString(), out var flag) => flag,
            _ => throw new AuthPolicyRequestException($"{name} must be true or false"),
        };
    }

    private static AuthPolicyRequestException Missing(string name) => new($"{name} is missing");
}
