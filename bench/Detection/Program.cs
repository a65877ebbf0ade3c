using Guard.Bench.Detection;
using Guard.Bench.Detection.Commands;

try
{
    var options = BenchOptions.Parse(args);
    return options.Command switch
    {
        "generate" => GenerateCommand.Run(options),
        "score" => ScoreCommand.Run(options),
        "report" => ReportCommand.Run(options),
        "worlds" => WorldsCommand.Run(options),
        "calibration" => CalibrationCommand.Run(options),
        _ => throw new FormatException($"unknown command '{options.Command}': generate FILE, score, report, worlds or calibration"),
    };
}
catch (FormatException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    return 2;
}
