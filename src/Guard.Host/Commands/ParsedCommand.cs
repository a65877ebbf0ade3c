using System.CommandLine;

namespace Guard.Host.Commands;

/// <summary>Runs what was asked for on the command line, for every program that has one.</summary>
internal static class ParsedCommand
{
    /// <returns>The exit code; 1 when the command was ended, or failed and that was said.</returns>
    public static async Task<int> RunAsync(ParseResult parsed)
    {
        try
        {
            return await parsed
                .InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false })
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return 1;
        }
        catch (Exception failure)
        {
            await Console.Error.WriteLineAsync(Failures.Say(failure)).ConfigureAwait(false);
            return 1;
        }
    }
}
