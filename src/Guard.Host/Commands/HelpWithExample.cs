using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Guard.Host.Commands;

/// <summary>Help of every command ends with an example that can be pasted.</summary>
internal sealed class HelpWithExample(HelpAction usual) : SynchronousCommandLineAction
{
    private static readonly Dictionary<string, string> Examples = new(StringComparer.Ordinal)
    {
        [""] = "accountguard status",
        ["run"] = "accountguard run --config /etc/accountguard/accountguard.conf",
        ["replay"] = "accountguard replay /var/log/mail.log /var/log/mail.log.1",
        ["parse"] = "tail -n 100 /var/log/mail.log | accountguard parse -",
        ["learn"] = "systemctl stop accountguard; runuser -u accountguard -- accountguard learn /var/log/mail.log.*",
        ["check-config"] = "accountguard check-config --show info@example.com",
        ["intake"] = "accountguard intake unknown",
        ["explain"] = "accountguard explain info@example.com",
        ["user"] = "accountguard user release info@example.com --reason \"called us, password changed\"",
        ["site"] = "accountguard site example.com",
        ["inspect"] = "accountguard inspect top score",
        ["fetch-geo-data"] = "accountguard fetch-geo-data --cities",
        ["doctor"] = "accountguard doctor",
        ["token new"] = "accountguard token new --name webmail --scope observe",
        ["cluster-certificates"] = "accountguard cluster-certificates --help",
        ["queue list"] = "accountguard queue list info@example.com",
        ["queue release"] = "accountguard queue release info@example.com",
        ["queue delete"] = "accountguard queue delete info@example.com",
        ["helper"] = "accountguard helper --config /etc/accountguard/helper.conf",
        ["backup"] = "accountguard backup /var/backups/accountguard",
        ["restore"] = "systemctl stop accountguard; accountguard restore /var/backups/accountguard; systemctl start accountguard",
        ["status"] = "accountguard status --format json",
        ["setup"] = "accountguard setup --print --mail-server",
        ["off"] = "accountguard off",
    };

    /// <summary>Who asks for help has not given the arguments yet.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var code = usual.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.WriteLine($"Example:\n  {Of(parseResult.CommandResult.Command)}\n");
        return code;
    }

    internal static string Of(Command command)
    {
        var name = Path(command);
        return Examples.TryGetValue(name, out var example) ? example : $"accountguard {name} {Arguments(command)}".TrimEnd();
    }

    /// <summary>Its names from below the program's own.</summary>
    private static string Path(Command command) =>
        command is RootCommand ? "" : $"{(command.Parents.OfType<Command>().FirstOrDefault() is { } above ? Path(above) : "")} {command.Name}".Trim();

    private static string Arguments(Command command) =>
        command.Subcommands.Count > 0 ? command.Subcommands[0].Name : string.Join(' ', command.Arguments.Select(argument => argument.Name));
}
