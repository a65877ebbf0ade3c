using System.CommandLine;

namespace Guard.Host.Commands;

/// <summary><c>accountguard queue</c>: the mail that a running guard holds in the mail server's queue.</summary>
public static class QueueCommand
{
    public static Command Create(Option<string?> config, Option<string[]> set, Option<string> format, Func<string[]?, IReadOnlyDictionary<string, string>> sets)
    {
        var action = new Argument<string>("ACTION") { Description = "list, release or delete" };
        action.AcceptOnlyFromAmong("list", "release", "delete");
        var user = new Argument<string?>("USER") { Description = "local@domain; list shows all without it.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("queue", "List the mail that is held for locked accounts, let it go (release) or delete it.")
        {
            action,
            user,
            config,
            set,
            format,
        };
        command.SetAction(
            (result, cancellation) =>
            {
                string[] words = ["queue", result.GetValue(action)!, .. result.GetValue(user) is { } name ? [name] : Array.Empty<string>()];
                return InspectCommand.RunAsync(
                    words,
                    OutputFormat.Rows(result.GetValue(format)),
                    null,
                    result.GetValue(config),
                    sets(result.GetValue(set)),
                    cancellation
                );
            }
        );
        return command;
    }
}
