using Guard.Host.Inspection;
using Guard.Host.Inspection.Editing;

namespace Guard.Host.Commands;

/// <summary>The interactive form of <c>inspect</c>: completion with Tab, history with the arrows, Ctrl-C ends a running command, Ctrl-D the console.</summary>
internal sealed class InspectConsole(InspectionClient client, RowFormat format)
{
    private const string Prompt = "guard> ";

    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var history = new LineHistory(LineHistory.DefaultFile);
        using var reader = LineReader.For(Prompt, new CommandCompletion(), history);
        var code = 0;
        while (!cancellation.IsCancellationRequested && reader.Read() is { } line)
        {
            var words = CommandCompletion.Words(line);
            if (words is ["exit" or "quit"])
                break;
            if (words.Length == 0)
                continue;
            if (words is ["help" or "?"])
                InspectCommand.Help(Console.Out);
            else
                code = await AskAsync(words, cancellation).ConfigureAwait(false);
        }
        history.Save();
        return code;
    }

    private async Task<int> AskAsync(IReadOnlyList<string> words, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        void Stop(object? sender, ConsoleCancelEventArgs pressed)
        {
            pressed.Cancel = true;
            stop.Cancel();
        }
        Console.CancelKeyPress += Stop;
        try
        {
            return await InspectCommand.AskAsync(client, words, format, Console.Out, Console.Error, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return 0;
        }
        finally
        {
            Console.CancelKeyPress -= Stop;
        }
    }
}
