using System.CommandLine;
using System.Globalization;

namespace Guard.Host.Commands;

/// <summary><c>accountguard exception add|list|remove</c>: what was announced, for an account or a site of a running guard.</summary>
public static class ExceptionCommand
{
    public static Command Create(Option<string?> config, Option<string[]> set, Option<string> format, Func<string[]?, Dictionary<string, string>> sets)
    {
        var name = new Argument<string>("NAME") { Description = "An account (local@domain) or a site." };
        var country = new Option<string[]>("--country", "--place")
        {
            Description = "A place that is usual and allowed meanwhile: ES, \"Western Europe\", a network; may be repeated.",
            AllowMultipleArgumentsPerToken = false,
        };
        var recipients = new Option<int?>("--recipients") { Description = "So many recipients are sent to besides every quota." };
        var from = new Option<string>("--from")
        {
            Description = "The first day (2026-07-01) or moment (2026-07-01T08:00Z); today unless given.",
            DefaultValueFactory = _ => DateTimeOffset.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        };
        var until = new Option<string>("--until") { Description = "The last day, or the moment at which it is over.", Required = true };
        var note = new Option<string>("--note") { Description = "What it is for.", DefaultValueFactory = _ => "" };
        var add = new Command("add", "Announce a stay abroad or a large mailing.") { name, country, recipients, from, until, note, config, set, format };
        add.SetAction(
            (result, cancel) =>
                AskAsync(
                    result.GetValue(config),
                    sets(result.GetValue(set)),
                    OutputFormat.Rows(result.GetValue(format)),
                    cancel,
                    "add",
                    result.GetValue(name)!,
                    result.GetValue(country) is { Length: > 0 } places ? string.Join(',', places) : "-",
                    result.GetValue(recipients) is { } number ? number.ToString(CultureInfo.InvariantCulture) : "-",
                    result.GetValue(from)!,
                    result.GetValue(until)!,
                    result.GetValue(note)!
                )
        );

        var list = new Command("list", "Show what was announced and is not over.") { name, config, set, format };
        list.SetAction(
            (result, cancel) =>
                AskAsync(result.GetValue(config), sets(result.GetValue(set)), OutputFormat.Rows(result.GetValue(format)), cancel, "list", result.GetValue(name)!)
        );

        var number = new Argument<string>("NUMBER") { Description = "As listed." };
        var remove = new Command("remove", "Take an announcement back.") { name, number, config, set, format };
        remove.SetAction(
            (result, cancel) =>
                AskAsync(
                    result.GetValue(config),
                    sets(result.GetValue(set)),
                    OutputFormat.Rows(result.GetValue(format)),
                    cancel,
                    "remove",
                    result.GetValue(name)!,
                    result.GetValue(number)!
                )
        );
        return new Command("exception", "What was announced for an account or a site: a stay abroad, a large mailing.") { add, list, remove };
    }

    private static Task<int> AskAsync(string? config, IReadOnlyDictionary<string, string> sets, RowFormat format, CancellationToken cancel, params string[] words) =>
        InspectCommand.RunAsync(["exception", .. words], format, null, config, sets, cancel);
}
