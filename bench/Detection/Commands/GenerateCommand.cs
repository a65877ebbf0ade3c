using System.Diagnostics;
using Guard.Bench.Detection.Lines;

namespace Guard.Bench.Detection.Commands;

/// <summary><c>generate FILE</c>: the log, <c>FILE.labels.ndjson</c> and <c>FILE.places.txt</c>; <c>-</c> writes the log to standard output alone.</summary>
public static class GenerateCommand
{
    public static int Run(BenchOptions options)
    {
        if (options.File.Length == 0)
            throw new FormatException("generate needs a file");
        var simulation = Make(options, options.Seeds.First());
        var clock = Stopwatch.StartNew();
        using var stream = options.File == "-" ? Console.OpenStandardOutput() : File.Create(options.File);
        using var buffered = new BufferedStream(stream, 1 << 20);
        var target = new StreamTarget(buffered);
        simulation.Run(target);
        Console.Error.WriteLine($"{target.Lines:N0} lines in {clock.Elapsed.TotalSeconds:0.0} s, {target.Lines / clock.Elapsed.TotalSeconds:N0}/s");
        if (options.File == "-")
            return 0;
        File.WriteAllLines($"{options.File}.places.txt", simulation.Networks.Places(options.CountryOnly));
        using var labels = new StreamWriter($"{options.File}.labels.ndjson");
        LabelFile.Write(labels, simulation);
        return 0;
    }

    public static Simulation Make(BenchOptions options, ulong seed) => new(new SimulationSize(seed, options.Accounts, options.Days, options.Victims));
}
