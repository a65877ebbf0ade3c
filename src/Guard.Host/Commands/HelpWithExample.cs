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
        ["learn"] = "systemctl stop accountguard; accountguard learn /var/log/mail.log.*; systemctl start accountguard",
        ["check-config"] = "accountguard check-config --show info@example.com",
        ["intake"] = "accountguard intake unknown",
        ["explain"] = "accountguard explain info@example.com",
        ["user"] = "accountguard user release info@example.com --reason \"called us, password changed\"",
        ["site"] = "accountguard site example.com",
        ["inspect"] = "accountguard inspect top score",
        ["fetch-geo-data"] = "accountguard fetch-geo-data --cities",
        ["doctor"] = "accountguard doctor",
        ["token new"] = "accountguard token new --name webmail --scope observe",
        ["token"] = "accountguard token new --name webmail --scope observe",
        ["cluster-certificates"] = "accountguard cluster-certificates /root/cluster mail1.example.com mail2.example.com",
        ["exception"] = "accountguard exception list info@example.com",
        ["exception add"] = "accountguard exception add info@example.com --country ES --until 2026-08-31 --note \"holidays\"",
        ["exception list"] = "accountguard exception list info@example.com",
        ["exception remove"] = "accountguard exception remove info@example.com 1",
        ["console"] = "accountguard console setup-link",
        ["console setup-link"] = "accountguard console setup-link",
        ["console add-user"] = "accountguard console add-user anna@example.com --role site-owner --site example.com",
        ["console reset-password"] = "accountguard console reset-password anna@example.com",
        ["queue"] = "accountguard queue release info@example.com",
        ["blocks"] = "accountguard blocks add 192.0.2.7 --for 2h --reason \"guesses passwords\"",
        ["exempt"] = "accountguard exempt add 198.51.100.0/24 --reason \"our office\"",
        ["locks"] = "accountguard locks list",
        ["locks list"] = "accountguard locks list --format json",
        ["migrate"] =
            "accountguard migrate --from sqlite:/var/lib/accountguard/accountguard.db --to \"postgres:Host=db;Username=accountguard;Database=accountguard\"",
        ["import"] = "accountguard import postfwd /etc/postfix/postfwd.cf",
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
        var name = PathOf(command);
        return Examples.TryGetValue(name, out var example) ? example : throw new InvalidOperationException($"'{name}' has no example");
    }

    /// <summary>Its names from below the program's own.</summary>
    internal static string PathOf(Command command) =>
        command is RootCommand ? "" : $"{(command.Parents.OfType<Command>().FirstOrDefault() is { } above ? PathOf(above) : "")} {command.Name}".Trim();
}
