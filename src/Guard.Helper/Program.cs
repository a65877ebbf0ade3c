using System.CommandLine;
using Guard.Host.Commands;
using Guard.Host.Platform;

// "accountguard helper" as a program of its own: small, and started at once.
PrivateFiles.ByDefault();
IsoCulture.ByDefault();

var parsed = HelperCommand.Fill(new RootCommand(HelperCommand.Purpose)).Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
        Console.Error.WriteLine(error.Message.ReplaceLineEndings(" "));
    Console.Error.WriteLine("'accountguard-helper --help' shows how it is used");
    return 2;
}
return await ParsedCommand.RunAsync(parsed);
