using System.Collections.Frozen;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Guard.Messages.Places;

namespace Guard.Host.Intake.DovecotAuthPolicy;

/// <summary>Writes the answers in weakforced's shapes (wforce_api.7, responses).</summary>
internal static class AuthPolicyResponses
{
    public static void Ok(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("status"u8, "ok"u8);
        json.WriteEndObject();
    }

    public static void Failure(Utf8JsonWriter json, string reason)
    {
        json.WriteStartObject();
        json.WriteString("status"u8, "failure"u8);
        json.WriteString("reason"u8, reason);
        json.WriteEndObject();
    }

    public static void Reply(Utf8JsonWriter json, AuthPolicyReply reply)
    {
        json.WriteStartObject();
        json.WriteNumber("status"u8, reply.Status);
        json.WriteString("msg"u8, reply.Message);
        json.WriteStartObject("r_attrs"u8);
        if (reply.Listed is { } entry)
        {
            json.WriteString("expiration"u8, Stamp(entry.Expires));
            json.WriteString("reason"u8, entry.Reason);
            json.WriteString(reply.Status < 0 ? "blacklisted"u8 : "whitelisted"u8, "1"u8);
            json.WriteString("key"u8, entry.Key.Kind);
        }
        foreach (var (name, value) in reply.Attributes ?? FrozenDictionary<string, string>.Empty)
            json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void Entries(Utf8JsonWriter json, string name, IReadOnlyList<AccessEntry> entries)
    {
        json.WriteStartObject();
        json.WriteStartArray(name);
        foreach (var entry in entries)
        {
            json.WriteStartObject();
            json.WriteString(entry.Key.Kind, entry.Key.ToString());
            json.WriteString("expiration"u8, Stamp(entry.Expires));
            json.WriteString("reason"u8, entry.Reason);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Subject(
        Utf8JsonWriter json,
        NetworkAddress address,
        string login,
        AccessEntry? black,
        AccessEntry? white,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>> stats
    )
    {
        json.WriteStartObject();
        json.WriteString(
            address.IsNone ? "login"
                : login.Length == 0 ? "ip"
                : "ip_login",
            address.IsNone ? login
                : login.Length == 0 ? address.ToString()
                : $"{address}:{login}"
        );
        Listed(json, "blacklisted", "bl_expire", "bl_reason", black);
        Listed(json, "whitelisted", "wl_expire", "wl_reason", white);
        json.WriteStartObject("stats"u8);
        foreach (var (group, values) in stats)
        {
            json.WriteStartObject(group);
            foreach (var (name, value) in values)
                json.WriteNumber(name, value);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void Stats(Utf8JsonWriter json, AuthPolicyCounts counts)
    {
        json.WriteStartObject();
        json.WriteNumber("reports"u8, counts[AuthPolicyCommands.Report]);
        json.WriteNumber("allows"u8, counts[AuthPolicyCommands.Allow]);
        json.WriteNumber("denieds"u8, counts[AuthPolicyCommands.Denied]);
        using (var process = Process.GetCurrentProcess())
        {
            json.WriteNumber("user-msec"u8, (long)process.UserProcessorTime.TotalMilliseconds);
            json.WriteNumber("sys-msec"u8, (long)process.PrivilegedProcessorTime.TotalMilliseconds);
        }
        json.WriteNumber("uptime"u8, (long)counts.Uptime.TotalSeconds);
        Numbers(json, "perfstats", counts.Durations);
        Numbers(json, "commandstats", counts.Commands);
        Numbers(json, "customstats", new Dictionary<string, long>());
        json.WriteEndObject();
    }

    private static void Numbers(Utf8JsonWriter json, string group, IReadOnlyDictionary<string, long> numbers)
    {
        json.WriteStartObject(group);
        foreach (var (name, count) in numbers.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
            json.WriteNumber(name, count);
        json.WriteEndObject();
    }

    private static void Listed(Utf8JsonWriter json, string flag, string expires, string reason, AccessEntry? entry)
    {
        json.WriteBoolean(flag, entry is not null);
        json.WriteString(expires, entry is null ? "" : Stamp(entry.Expires));
        json.WriteString(reason, entry?.Reason ?? "");
    }

    /// <summary>As in the documentation's example: 2002-Jan-01 10:00:01.</summary>
    private static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MMM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
