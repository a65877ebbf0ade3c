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
        RowFormat format,
        string? socket,
        string? config,
        IReadOnlyDictionary<string, string> sets,
        CancellationToken cancellation
    )
    {
        if (words is ["help" or "?"])
            return Help(Console.Out, format);
        if (socket is null)
        {
            var loaded = GuardConfiguration.Load(config, sets);
            if (loaded.Settings is not { } settings)
                return ConfigurationMistakes.Refuse(loaded.Faults, Console.Error);
            socket = settings.InspectionSocket;
        }
        var client = new InspectionClient(socket);
        if (words.Length == 0)
            return await new InspectConsole(client, format).RunAsync(cancellation).ConfigureAwait(false);
        return await AskAsync(client, words, format, Console.Out, Console.Error, cancellation).ConfigureAwait(false);
    }

    public static int Help(TextWriter output, RowFormat format = RowFormat.Text)
    {
        if (format != RowFormat.Text)
        {
            OutputFormat.WriteRows(
                output,
                format,
                Vocabulary.Commands.Select(command => new
                {
                    command.Name,
                    command.Usage,
                    command.Help,
                    Arguments = command.Arguments.Select(argument => new
                    {
                        argument.Name,
                        argument.Help,
                        argument.Required,
                    }),
                }),
                command => command.Usage
            );
            return 0;
        }
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
        RowFormat format,
        TextWriter output,
        TextWriter errors,
        CancellationToken cancellation
    )
    {
        try
        {
            // Checked here first: a slip of the finger needs no running guard to be told of.
            var (command, _) = Vocabulary.Parse(words);
            if (command.Endless && format == RowFormat.Json)
                throw new InspectionException($"{command.Name} goes on until it is stopped: --format ndjson prints one JSON object in each line");
            try
            {
                await ShowAsync(client, command, words, format, output, errors, cancellation).ConfigureAwait(false);
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
        RowFormat format,
        TextWriter output,
        TextWriter errors,
        CancellationToken cancellation
    )
    {
        var text = new RowText(command.Columns);
        var rows = new List<System.Collections.Immutable.ImmutableArray<Cell>>();
        if (command.Endless && format == RowFormat.Text)
            await output.WriteLineAsync(text.Header).ConfigureAwait(false);
        await foreach (var item in client.AskAsync(words, cancellation).ConfigureAwait(false))
        {
            if (item.Note.Length > 0)
                await errors.WriteLineAsync($"note: {item.Note}").ConfigureAwait(false);
            else if (format == RowFormat.Ndjson)
                await output.WriteLineAsync(text.Json(item.Cells)).ConfigureAwait(false);
            else if (command.Endless)
            {
                text.Fit(item.Cells);
                await output.WriteLineAsync(text.Line(item.Cells)).ConfigureAwait(false);
            }
            else
                rows.Add(item.Cells);
        }
        if (format == RowFormat.Ndjson)
            return;
        if (format == RowFormat.Json)
        {
            OutputFormat.WriteJson(output, format, rows.Select(text.Json));
            return;
        }
        rows.ForEach(text.Fit);
        await output.WriteLineAsync(text.Header).ConfigureAwait(false);
        foreach (var row in rows)
            await output.WriteLineAsync(text.Line(row)).ConfigureAwait(false);
    }
}
