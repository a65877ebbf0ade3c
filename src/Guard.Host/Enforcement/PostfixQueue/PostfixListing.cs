using System.Text.Json;
using Guard.Host.Enforcement.Queues;
using Guard.Host.Platform;

namespace Guard.Host.Enforcement.PostfixQueue;

/// <summary>Reads what <c>postqueue -j</c> prints.</summary>
public static class PostfixListing
{
    /// <param name="line">One mail.</param>
    public static QueuedMail Parse(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var mail = document.RootElement;
            return new QueuedMail(
                mail.GetProperty("queue_name").GetString() ?? "",
                mail.GetProperty("queue_id").GetString() ?? "",
                DateTimeOffset.FromUnixTimeSeconds(mail.GetProperty("arrival_time").GetInt64()),
                mail.GetProperty("message_size").GetInt64(),
                mail.GetProperty("sender").GetString() ?? "",
                mail.TryGetProperty("recipients", out var recipients) ? recipients.GetArrayLength() : 0
            );
        }
        catch (Exception failure)
            when (failure is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentOutOfRangeException)
        {
            throw new EnforcementException($"postqueue printed a line that cannot be read: {failure.Message}", failure);
        }
    }
}
