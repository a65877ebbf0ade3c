using Guard.Host.Intake.Logs;
using Guard.Messages.Observations;

namespace Guard.Host.Parsing;

/// <summary>The words of <c>accountguard parse</c>: lasting, since others read them.</summary>
internal static class ParsedWords
{
    public static string Of(LineResult kind) =>
        kind switch
        {
            LineResult.Observed => "observed",
            LineResult.Nothing => "nothing",
            LineResult.Unknown => "unknown",
            _ => "foreign",
        };

    public static string Of(LoginOutcome outcome) =>
        outcome switch
        {
            LoginOutcome.Succeeded => "succeeded",
            LoginOutcome.UnknownUser => "unknown-user",
            LoginOutcome.Refused => "refused-by-policy",
            LoginOutcome.RetriedPassword => "old-password",
            LoginOutcome.ServerTrouble => "server-trouble",
            _ => "wrong-password",
        };

    public static string Of(DeliveryOutcome outcome) =>
        outcome switch
        {
            DeliveryOutcome.Delivered => "delivered",
            DeliveryOutcome.UnknownRecipient => "unknown-recipient",
            _ => "bounced",
        };

    public static string Of(Service service) => service.ToString().ToLowerInvariant();
}
