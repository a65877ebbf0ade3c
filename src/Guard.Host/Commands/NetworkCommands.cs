using System.CommandLine;
using Guard.Host.Inspection;

namespace Guard.Host.Commands;

/// <summary><c>accountguard blocks</c>, <c>exempt</c> and <c>locks</c>: what a running guard blocks, never blocks and has locked.</summary>
public static class NetworkCommands
{
    public static IEnumerable<Command> Create(
        Option<string?> config,
        Option<string[]> set,
        Option<string> format,
        Func<string[]?, IReadOnlyDictionary<string, string>> sets
    )
    {
        yield return Of("blocks", "List the networks that firewalls shall block, block one by hand (add), or lift a block (remove).");
        yield return Of("exempt", "List the networks that are never blocked besides those of the configuration, and add or remove one.");
        var list = new Command("list", "What is locked on each node, until when and why.") { config, set, format };
        list.SetAction((result, cancellation) => AskAsync(result, ["locks", "list"], cancellation));
        yield return new Command("locks", "Show which accounts are locked.") { list };

        Command Of(string name, string help)
        {
            var action = new Argument<string>("ACTION") { Description = "list, add or remove" };
            action.AcceptOnlyFromAmong("list", "add", "remove");
            var network = new Argument<string?>("NETWORK") { Description = "Of add and remove: an address or a network.", Arity = ArgumentArity.ZeroOrOne };
            var hold = new Option<string?>("--for") { Description = "With add: how long, such as 2h." };
            var reason = new Option<string?>("--reason") { Description = "Why; kept with what is done and shown with it." };
            var command = new Command(name, help) { action, network, hold, reason, config, set, format };
            command.SetAction(
                (result, cancellation) =>
                {
                    var words = new List<string> { name, result.GetValue(action)! };
                    if (result.GetValue(network) is { } given)
                        words.Add(given);
                    if (result.GetValue(action) == "add" && words.Count == 3)
                        words.Add(result.GetValue(hold) ?? InspectionArguments.Left);
                    if (result.GetValue(reason) is { } why && words.Count >= 3)
                        words.Add(why);
                    return AskAsync(result, [.. words], cancellation);
                }
            );
            return command;
        }

        Task<int> AskAsync(ParseResult result, string[] words, CancellationToken cancellation) =>
            InspectCommand.RunAsync(words, OutputFormat.Rows(result.GetValue(format)), null, result.GetValue(config), sets(result.GetValue(set)), cancellation);
    }
}
