using Guard.Host.Configuration;
using Guard.Host.Intake;
using Guard.Host.Replay;

namespace Guard.Host.Commands;

/// <summary>Which lists of reputation a replay measures.</summary>
public enum MeasuredLists
{
    None,
    Files,
    AskingTheDns,
}

/// <summary><c>accountguard replay</c>: what would have happened over these logs. Changes nothing.</summary>
public static class ReplayCommand
{
    /// <param name="lists">Which lists of reputation are measured.</param>
    public static int Run(
        string? config,
        string? geoip,
        string format,
        string progress,
        IReadOnlyDictionary<string, string> sets,
        IReadOnlyList<string> files,
        MeasuredLists lists = MeasuredLists.None
    )
    {
        var loaded = GuardConfiguration.Load(config, sets);
        if (loaded.Settings is not { } settings)
            return ConfigurationMistakes.Refuse(loaded.Faults, Console.Error);
        return ReplayInput.Run(() =>
        {
            var input = ReplayInput.Open(settings, geoip, files, lists == MeasuredLists.AskingTheDns);
            var measure = lists == MeasuredLists.None ? null : new ListMeasure(settings, input.Places);
            using var output = new RowsOutput(OutputFormat.Rows(format));
            using var text = new StreamWriter(output.Lines, leaveOpen: true) { AutoFlush = false };
            IReplayWriter writer = output.Format != RowFormat.Text ? new NdjsonReplayWriter(output.Lines) : new TextReplayWriter(text, OutputFormat.HasColours);
            var told = progress == "on" || (progress == "auto" && !Console.IsErrorRedirected);
            new ReplayRun(
                input.Parser(),
                new ReplayEngine(settings.Policies, writer) { OwnProxies = settings.OwnProxies, IsListed = UserNames.Of(settings.Logs).Lists },
                new ReplayProgress(Console.Error, told),
                message => Console.Error.WriteLine($"warning: {message}"),
                measure is null ? [] : [measure]
            ).Run(input.Files);
            if (measure is not null && output.Format != RowFormat.Text)
                ListMeasureText.Json(output.Lines, measure.Results());
            else if (measure is not null)
                ListMeasureText.Write(text, measure.Results());
            output.Complete();
            return 0;
        });
    }
}
