using Guard.Host.Commands;
using Guard.Host.Platform;

PrivateFiles.ByDefault();
IsoCulture.ByDefault();

var parsed = CommandTree.Create().Parse(args);
if (parsed.Errors.Count > 0)
    return NearMiss.Refuse(parsed, Console.Error);
return await ParsedCommand.RunAsync(parsed);
