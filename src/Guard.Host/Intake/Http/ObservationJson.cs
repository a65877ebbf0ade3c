using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Guard.Host.Geo;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Http;

/// <summary>What reading a line needs of the guard.</summary>
/// <param name="UserOf">The account a name belongs to; null when it is no possible one.</param>
/// <param name="Places">Where addresses are.</param>
/// <param name="Now">The guard's time.</param>
internal sealed record ObservationContext(Func<string, UserId?> UserOf, IPlaceLookup Places, DateTimeOffset Now);

/// <summary>Reads observations and questions, strictly: what is not known is a mistake of the caller, who is told which.</summary>
internal static class ObservationJson
{
    public const int LongestId = 200;

    private const int LongestQueueId = 64;
    private const int MaxRecipients = 1_000_000;
    private const long LargestSize = 1L << 40;

    /// <summary>Clocks differ; but an account's time never runs backwards, so that a mistake must not carry it far ahead.</summary>
    private static readonly TimeSpan MaxAhead = TimeSpan.FromMinutes(10);

    /// <exception cref="FieldException">The line is not an observation.</exception>
    public static ObservationLine ReadLine(ReadOnlySpan<byte> line) => Read(line, ObservationJsonContext.Default.ObservationLine);

    /// <exception cref="FieldException">The body is not a question.</exception>
    public static DecisionRequest ReadQuestion(ReadOnlySpan<byte> body) => Read(body, ObservationJsonContext.Default.DecisionRequest);

    /// <exception cref="FieldException">A field is missing or out of its bounds.</exception>
    public static Observation Interpret(ObservationLine line, ObservationContext context)
    {
        var kind = line.Type ?? throw new FieldException("type", "is missing: login, submission or delivery");
        if (line.Id is { Length: 0 or > LongestId })
            throw new FieldException("id", $"must have 1 to {LongestId} characters");
        var user = User(line.User, context);
        var at = At(line.At, context.Now);
        switch (kind)
        {
            case ObservationKind.Login:
                Absent(line.Recipients ?? line.Size, line.Recipients is null ? "size" : "recipients", "login");
                Absent(line.QueueId, "queue_id", "login");
                var outcome = LoginOutcomeOf(line.Outcome ?? throw new FieldException("outcome", "is missing"));
                return new Login(
                    user,
                    at,
                    Place(line.Address, context, outcome == LoginOutcome.Succeeded),
                    ObservationOrigin.None,
                    ServiceOf(line.Service),
                    outcome
                );
            case ObservationKind.Submission:
                Absent(line.Service, "service", "submission");
                Absent(line.Outcome, "outcome", "submission");
                return new Submission(
                    user,
                    at,
                    Place(line.Address, context, true),
                    ObservationOrigin.None,
                    Recipients(line.Recipients),
                    Size(line.Size),
                    QueueId(line.QueueId)
                );
            default:
                Absent(line.Service, "service", "delivery");
                Absent(line.Address, "address", "delivery");
                Absent(line.Size, "size", "delivery");
                Absent(line.QueueId, "queue_id", "delivery");
                return new Delivery(
                    user,
                    at,
                    ObservationOrigin.None,
                    DeliveryOutcomeOf(line.Outcome ?? throw new FieldException("outcome", "is missing")),
                    Recipients(line.Recipients)
                );
        }
    }

    /// <summary>What is asked about, as if it happened now.</summary>
    /// <exception cref="FieldException">A field is missing or out of its bounds.</exception>
    public static Observation Interpret(DecisionRequest request, ObservationContext context)
    {
        if (request.Type is not (ObservationKind.Login or ObservationKind.Submission))
            throw new FieldException("type", "must be login or submission");
        return Interpret(
            new ObservationLine
            {
                Type = request.Type,
                User = request.User,
                Address = request.Address,
                Service = request.Service,
                Outcome = request.Type == ObservationKind.Login ? request.Outcome ?? ObservationOutcome.Succeeded : request.Outcome,
                Recipients = request.Recipients,
                Size = request.Size,
                QueueId = request.QueueId,
            },
            context
        );
    }

    private static T Read<T>(ReadOnlySpan<byte> text, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(text, type) ?? throw new FieldException("", "is not a JSON object");
        }
        catch (JsonException wrong)
        {
            var field = FieldOf(wrong.Path);
            throw new FieldException(
                field,
                field.Length == 0 ? "is not a JSON object of the known fields"
                    : type.Properties.Any(property => property.Name == field) ? "has not the form that is expected"
                    : "is not a known field"
            );
        }
        catch (Exception damaged) when (damaged is DecoderFallbackException or InvalidOperationException)
        {
            // Invalid UTF-8 within a string shows only when it is read.
            throw new FieldException("", "is not UTF-8");
        }
    }

    /// <summary>Of <c>$.recipients</c>, and of <c>$['odd name']</c>.</summary>
    private static string FieldOf(string? path)
    {
        if (path is null || path.Length < 3)
            return "";
        var field = path[1] == '.' ? path[2..] : path[2..^1].Trim('\'');
        return field.Length <= LongestQueueId ? field : "";
    }

    private static UserId User(string? name, ObservationContext context)
    {
        if (string.IsNullOrEmpty(name))
            throw new FieldException("user", "is missing");
        return context.UserOf(name) ?? throw new FieldException("user", "is no possible account");
    }

    private static DateTimeOffset At(string? text, DateTimeOffset now)
    {
        if (text is null)
            return now;
        // Without a zone it would be this machine's.
        var zoned = text.Length is > 10 and <= 40 && (text[^1] is 'Z' or 'z' || text.LastIndexOfAny(['+', '-']) >= 10);
        if (
            !zoned
            || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
        )
            throw new FieldException("at", "is no time with a zone, such as 2026-03-05T10:11:12Z");
        if (at - now > MaxAhead)
            throw new FieldException("at", $"lies more than {MaxAhead.TotalMinutes:0} minutes ahead");
        return at.Year >= 2000 ? at : throw new FieldException("at", "lies before the year 2000");
    }

    private static Place Place(string? text, ObservationContext context, bool used)
    {
        if (string.IsNullOrEmpty(text))
            return context.Places.Find(default);
        return NetworkAddress.TryParse(text, out var address) ? context.Places.Find(address, used) : throw new FieldException("address", "is no IP address");
    }

    private static int Recipients(int? count) =>
        count is null or (>= 0 and <= MaxRecipients) ? count ?? 1 : throw new FieldException("recipients", $"must be 0 to {MaxRecipients}");

    private static long Size(long? bytes) =>
        bytes is null or (>= 0 and <= LargestSize) ? bytes ?? 0 : throw new FieldException("size", $"must be 0 to {LargestSize}");

    private static string QueueId(string? id) =>
        id is null or { Length: <= LongestQueueId } ? id ?? "" : throw new FieldException("queue_id", $"is longer than {LongestQueueId} characters");

    private static Service ServiceOf(ObservedService? service) => service is null ? Service.Web : (Service)service;

    private static LoginOutcome LoginOutcomeOf(ObservationOutcome outcome) =>
        outcome switch
        {
            ObservationOutcome.Succeeded => LoginOutcome.Succeeded,
            ObservationOutcome.WrongPassword => LoginOutcome.WrongPassword,
            ObservationOutcome.UnknownUser => LoginOutcome.UnknownUser,
            ObservationOutcome.Refused => LoginOutcome.Refused,
            _ => throw new FieldException("outcome", "is not one of a login: succeeded, wrong_password, unknown_user, refused"),
        };

    private static DeliveryOutcome DeliveryOutcomeOf(ObservationOutcome outcome) =>
        outcome switch
        {
            ObservationOutcome.Delivered => DeliveryOutcome.Delivered,
            ObservationOutcome.Bounced => DeliveryOutcome.Bounced,
            ObservationOutcome.UnknownRecipient => DeliveryOutcome.UnknownRecipient,
            _ => throw new FieldException("outcome", "is not one of a delivery: delivered, bounced, unknown_recipient"),
        };

    private static void Absent(object? value, string field, string kind)
    {
        if (value is not null)
            throw new FieldException(field, $"does not belong to a {kind}");
    }
}

/// <summary>How the API's JSON is read and written.</summary>
[JsonSourceGenerationOptions(
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    MaxDepth = 4,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ObservationLine))]
[JsonSerializable(typeof(DecisionRequest))]
[JsonSerializable(typeof(DecisionAnswer))]
[JsonSerializable(typeof(BatchAnswer))]
[JsonSerializable(typeof(ApiProblem))]
internal sealed partial class ObservationJsonContext : JsonSerializerContext;
