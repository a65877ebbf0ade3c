using System.CommandLine;
using Guard.Host.Commands;
using Guard.Host.Platform;

PrivateFiles.ByDefault();
IsoCulture.ByDefault();

var parsed = CommandTree.Create().Parse(args);
if (parsed.Errors.Count > 0)
    return NearMiss.Refuse(parsed, Console.Error);
try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
}
catch (OperationCanceledException)
{
    return 1;
}
catch (Exception failure)
{
    Console.Error.WriteLine(Failures.Say(failure));
    return 1;
}
