using System.CommandLine;
using Guard.Host.Configuration;
using Guard.Host.Migration;

namespace Guard.Host.Commands;

/// <summary><c>accountguard import</c>: what another program's configuration says, as policy of the guard's. Changes nothing.</summary>
internal static class ImportCommand
{
    private static string[] Kinds => [.. Import.Programs];

    public static Command Create()
    {
        var kind = new Argument<string>("KIND") { Description = $"Whose configuration it is: {string.Join(", ", Kinds)}." };
        kind.AcceptOnlyFromAmong(Kinds);
        var file = new Argument<string>("FILE")
        {
            Description = "Its file: /etc/postfix/postfwd.cf, /etc/policyd-rate-limit.yaml, /etc/csf/csf.conf; of fail2ban its directory, /etc/fail2ban.",
        };
        var domain = new Option<string>("--domain")
        {
            Description = "To which domain names without one belong; without it they are told and left out.",
            DefaultValueFactory = _ => "",
        };
        var requests = new Option<string>("--requests")
        {
            Description = "What postfwd's rate counts where a rule does not say when it is asked: recipients, or mails.",
            DefaultValueFactory = _ => PostfwdRules.Recipients,
        };
        requests.AcceptOnlyFromAmong(PostfwdRules.Recipients, PostfwdRules.Mails);
        var command = new Command(
            "import",
            "Show another program's limits as the guard's, and what has no counterpart; for example accountguard import postfwd /etc/postfix/postfwd.cf."
        )
        {
            kind,
            file,
            domain,
            requests,
        };
        command.SetAction(result =>
            Run(
                new ImportRequest(
                    result.GetValue(kind)!,
                    result.GetValue(file)!,
                    result.GetValue(domain)!.Trim().ToLowerInvariant(),
                    result.GetValue(requests)!
                ),
                Console.Out,
                Console.Error
            )
        );
        return command;
    }

    internal static int Run(ImportRequest request, TextWriter output, TextWriter errors)
    {
        try
        {
            var policy = Import.From(request);
            var text = policy.ToString();
            output.Write(text);
            var faults = Check(text);
            foreach (var fault in faults)
                errors.WriteLine($"What was made of it is not accepted by the guard's own reader: {fault}");
            return faults.Count == 0 ? 0 : 1;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException)
        {
            errors.WriteLine(Failures.Say(failure));
            return 2;
        }
    }

    /// <summary>Loads what was made as the daemon would.</summary>
    private static IReadOnlyList<ConfigurationFault> Check(string text)
    {
        var directory = Directory.CreateTempSubdirectory("accountguard-import-");
        try
        {
            var file = Path.Combine(directory.FullName, "imported.conf");
            File.WriteAllText(file, text);
            return GuardConfiguration.Load(file).Faults;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
