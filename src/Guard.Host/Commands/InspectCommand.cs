using Guard.Host.Configuration;
using Guard.Host.Inspection;
using Guard.Host.Node;
using Guard.Messages.Inspection;

namespace Guard.Host.Commands;

/// <summary><c>accountguard inspect</c>: one command of the vocabulary, or a console of them, against a running guard.</summary>
public static class InspectCommand
{
    /// <param name="socket">The guard's socket; null: the configured one.</param>
    public static async Task<int> RunAsync(
        string[] words,
        bool json,
        string? socket,
        string? config,
        IReadOnlyDictionary<string, string> sets,
        CancellationToken cancellation
    )
    {
        if (words is ["help" or "?"])
            return Help(Console.Out);
        if (socket is null)
        {
            var loaded = GuardConfiguration.Load(config, sets);
            if (loaded.Settings is not { } settings)
                return CheckConfigCommand.Refuse(loaded.Faults, Console.Error);
            socket = settings.InspectionSocket;
        }
        var client = new InspectionClient(socket);
        if (words.Length == 0)
            return await new InspectConsole(client, json).RunAsync(cancellation).ConfigureAwait(false);
        return await AskAsync(client, words, json, Console.Out, Console.Error, cancellation).ConfigureAwait(false);
    }

    public static int Help(TextWriter output)
    {
        var width = Vocabulary.Commands.Max(command => command.Usage.Length);
        foreach (var command in Vocabulary.Commands)
        {
            output.WriteLine($"{command.Usage.PadRight(width)}  {command.Help}");
            foreach (var argument in command.Arguments)
                output.WriteLine($"{"".PadRight(width)}    {argument.Name}: {argument.Help}");
        }
        return 0;
    }

    /// <summary>0: answered; 1: no answer; 2: no such command.</summary>
    public static async Task<int> AskAsync(
        InspectionClient client,
        IReadOnlyList<string> words,
        bool json,
        TextWriter output,
        TextWriter errors,
        CancellationToken cancellation
    )
    {
        try
        {
            // Checked here first: a slip of the finger needs no running guard to be told of.
            var (command, _) = Vocabulary.Parse(words);
            try
            {
                await ShowAsync(client, command, words, json, output, errors, cancellation).ConfigureAwait(false);
                return 0;
            }
            catch (InspectionException failure)
            {
                await errors.WriteLineAsync(failure.Message).ConfigureAwait(false);
                return 1;
            }
        }
        catch (InspectionException mistake)
        {
            await errors.WriteLineAsync(mistake.Message).ConfigureAwait(false);
            return 2;
        }
    }

    private static async Task ShowAsync(
        InspectionClient client,
        InspectionCommand command,
        IReadOnlyList<string> words,
        bool json,
        TextWriter output,
        TextWriter errors,
        CancellationToken cancellation
    )
    {
        var text = new RowText(command.Columns);
        var rows = new List<System.Collections.Immutable.ImmutableArray<Cell>>();
        if (command.Endless && !json)
            await output.WriteLineAsync(text.Header).ConfigureAwait(false);
        await foreach (var item in client.AskAsync(words, cancellation).ConfigureAwait(false))
        {
            if (item.Note.Length > 0)
                await errors.WriteLineAsync($"note: {item.Note}").ConfigureAwait(false);
            else if (json)
                await output.WriteLineAsync(text.Json(item.Cells)).ConfigureAwait(false);
            else if (command.Endless)
            {
                text.Fit(item.Cells);
                await output.WriteLineAsync(text.Line(item.Cells)).ConfigureAwait(false);
            }
            else
                rows.Add(item.Cells);
        }
        if (json)
            return;
        rows.ForEach(text.Fit);
        await output.WriteLineAsync(text.Header).ConfigureAwait(false);
        foreach (var row in rows)
            await output.WriteLineAsync(text.Line(row)).ConfigureAwait(false);
    }
}
