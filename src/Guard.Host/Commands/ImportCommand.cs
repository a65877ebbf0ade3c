using System.CommandLine;
using Guard.Host.Migration;

namespace Guard.Host.Commands;

/// <summary><c>accountguard import</c>: what another program's configuration says, as policy of the guard's. Changes nothing.</summary>
internal static class ImportCommand
{
    private static readonly string[] Kinds = ["postfwd"];

    public static Command Create()
    {
        var kind = new Argument<string>("KIND") { Description = "Whose rules they are: postfwd." };
        kind.AcceptOnlyFromAmong(Kinds);
        var file = new Argument<FileInfo>("FILE") { Description = "Its rules, such as /etc/postfix/postfwd.cf." };
        var command = new Command(
            "import",
            "Show another program's limits as quotas, to be pasted; for example accountguard import postfwd /etc/postfix/postfwd.cf."
        )
        {
            kind,
            file,
        };
        command.SetAction(result => Run(result.GetValue(file)!, Console.Out, Console.Error));
        return command;
    }

    internal static int Run(FileInfo file, TextWriter output, TextWriter errors)
    {
        try
        {
            output.Write(PostfwdRules.Convert(File.ReadAllText(file.FullName)));
            return 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine(Failures.Say(failure));
            return 2;
        }
    }
}
