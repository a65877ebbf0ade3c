using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Guard.Host.Intake.Http;

/// <summary>What was observed.</summary>
[JsonConverter(typeof(NamedEnumConverter<ObservationKind>))]
internal enum ObservationKind
{
    [JsonStringEnumMemberName("login")]
    Login,

    [JsonStringEnumMemberName("submission")]
    Submission,

    [JsonStringEnumMemberName("delivery")]
    Delivery,
}

/// <summary>How a login ended, or what became of recipients.</summary>
[JsonConverter(typeof(NamedEnumConverter<ObservationOutcome>))]
internal enum ObservationOutcome
{
    [JsonStringEnumMemberName("succeeded")]
    Succeeded,

    [JsonStringEnumMemberName("wrong_password")]
    WrongPassword,

    [JsonStringEnumMemberName("unknown_user")]
    UnknownUser,

    [JsonStringEnumMemberName("refused")]
    Refused,

    [JsonStringEnumMemberName("delivered")]
    Delivered,

    [JsonStringEnumMemberName("bounced")]
    Bounced,

    [JsonStringEnumMemberName("unknown_recipient")]
    UnknownRecipient,
}

/// <summary>The service an account was used through.</summary>
[JsonConverter(typeof(NamedEnumConverter<ObservedService>))]
internal enum ObservedService
{
    [JsonStringEnumMemberName("other")]
    Other = Guard.Messages.Observations.Service.Other,

    [JsonStringEnumMemberName("smtp")]
    Smtp = Guard.Messages.Observations.Service.Smtp,

    [JsonStringEnumMemberName("imap")]
    Imap = Guard.Messages.Observations.Service.Imap,

    [JsonStringEnumMemberName("pop3")]
    Pop3 = Guard.Messages.Observations.Service.Pop3,

    [JsonStringEnumMemberName("sieve")]
    Sieve = Guard.Messages.Observations.Service.Sieve,

    [JsonStringEnumMemberName("ftp")]
    Ftp = Guard.Messages.Observations.Service.Ftp,

    [JsonStringEnumMemberName("ssh")]
    Ssh = Guard.Messages.Observations.Service.Ssh,

    [JsonStringEnumMemberName("web")]
    Web = Guard.Messages.Observations.Service.Web,
}

/// <summary>One line of a batch.</summary>
internal sealed record ObservationLine
{
    [JsonPropertyName("type")]
    public ObservationKind? Type { get; init; }

    [JsonPropertyName("user")]
    [Description("The account, local@domain; a bare name belongs to the guard's default domain.")]
    public string? User { get; init; }

    [JsonPropertyName("at")]
    [Description("When, as RFC 3339 with its zone, such as 2026-03-05T10:11:12Z; now when it is missing.")]
    public string? At { get; init; }

    [JsonPropertyName("id")]
    [Description("By which the observation is recognised when it is told again; unique for the token, up to 200 characters.")]
    public string? Id { get; init; }

    [JsonPropertyName("address")]
    [Description("Of the client, IPv4 or IPv6; of a login or submission.")]
    public string? Address { get; init; }

    [JsonPropertyName("service")]
    [Description("Of a login; web when it is missing.")]
    public ObservedService? Service { get; init; }

    [JsonPropertyName("outcome")]
    [Description("Of a login: succeeded, wrong_password, unknown_user or refused; of a delivery: delivered, bounced or unknown_recipient.")]
    public ObservationOutcome? Outcome { get; init; }

    [JsonPropertyName("recipients")]
    [Description("Of a submission or delivery, 1 when it is missing.")]
    public int? Recipients { get; init; }

    [JsonPropertyName("size")]
    [Description("Bytes of a submission.")]
    public long? Size { get; init; }

    [JsonPropertyName("queue_id")]
    [Description("The mail server's queue id of a submission: what its log tells of the same message counts once.")]
    public string? QueueId { get; init; }
}
