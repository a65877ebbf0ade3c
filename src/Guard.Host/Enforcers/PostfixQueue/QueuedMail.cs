using System.Text.Json;
using Guard.Host.Enforcers.Processes;

namespace Guard.Host.Enforcers.PostfixQueue;

/// <summary>A mail in Postfix's queue. Short queue ids are used again, so only id and arrival together name a mail for good.</summary>
public sealed record QueuedMail(string Queue, string Id, DateTimeOffset Arrived, long Size, string Sender, int Recipients)
{
    public bool IsOnHold => Queue == "hold";

    /// <summary>Reads a line of <c>postqueue -j</c>.</summary>
    public static QueuedMail Parse(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var mail = document.RootElement;
            return new QueuedMail(
                mail.GetProperty("queue_name").GetString() ?? "", mail.GetProperty("queue_id").GetString() ?? "",
                DateTimeOffset.FromUnixTimeSeconds(mail.GetProperty("arrival_time").GetInt64()), mail.GetProperty("message_size").GetInt64(),
                mail.GetProperty("sender").GetString() ?? "", mail.TryGetProperty("recipients", out var recipients) ? recipients.GetArrayLength() : 0);
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentOutOfRangeException)
        {
            throw new EnforcementException($"postqueue printed a line that cannot be read: {failure.Message}", failure);
        }
    }
}
