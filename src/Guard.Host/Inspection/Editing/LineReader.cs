namespace Guard.Host.Inspection.Editing;

/// <summary>Reads lines from whoever types them, or from a file.</summary>
internal abstract class LineReader : IDisposable
{
    public static LineReader For(string prompt, CommandCompletion completion, LineHistory history) =>
        Console.IsInputRedirected || Console.IsOutputRedirected ? new PlainLines() : new TerminalLines(prompt, completion, history);

    /// <summary>Null at the end.</summary>
    public abstract string? Read();

    public virtual void Dispose() { }

    private sealed class PlainLines : LineReader
    {
        public override string? Read() => Console.In.ReadLine();
    }

    private sealed class TerminalLines(string prompt, CommandCompletion completion, LineHistory history) : LineReader
    {
        public override string? Read()
        {
            var line = new EditedLine();
            // While a line is typed, Ctrl-C gives up the line and not the program.
            Console.TreatControlCAsInput = true;
            try
            {
                Show(line);
                while (true)
                {
                    var key = Console.ReadKey(intercept: true);
                    var control = key.Modifiers.HasFlag(ConsoleModifiers.Control);
                    if (key.Key == ConsoleKey.Enter)
                    {
                        Console.WriteLine();
                        history.Add(line.Text);
                        return line.Text;
                    }
                    if (key.Key == ConsoleKey.D && control && line.Text.Length == 0)
                    {
                        Console.WriteLine();
                        return null;
                    }
                    if (key.Key == ConsoleKey.C && control)
                    {
                        Console.WriteLine("^C");
                        line.Replace("");
                    }
                    else if (key.Key == ConsoleKey.Tab)
                        Complete(line);
                    else if (key.Key == ConsoleKey.UpArrow)
                        line.Replace(history.Older());
                    else if (key.Key == ConsoleKey.DownArrow)
                        line.Replace(history.Newer());
                    else if (key.Key == ConsoleKey.L && control)
                        Console.Clear();
                    else
                        line.Take(key);
                    Show(line);
                }
            }
            finally
            {
                Console.TreatControlCAsInput = false;
            }
        }

        private void Complete(EditedLine line)
        {
            var candidates = completion.Candidates(line.Text[..line.Cursor], history.Lines);
            if (candidates.Count == 1)
                line.Complete(candidates[0] + " ");
            else if (candidates.Count > 1)
            {
                line.Complete(CommandCompletion.Common(candidates));
                Console.WriteLine();
                Console.WriteLine(string.Join("  ", candidates));
            }
        }

        /// <summary>Back to the start, clear to the end of the line, write, and set the cursor: what every terminal since the VT100 does.</summary>
        private void Show(EditedLine line) => Console.Write($"\r\u001b[K{prompt}{line.Text}\r\u001b[{prompt.Length + line.Cursor}C");
    }
}
