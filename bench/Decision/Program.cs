using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Guard.Bench.Decision;

switch (args.FirstOrDefault())
{
    case "time":
        // In process: a shared machine has no room for a build of its own per benchmark.
        BenchmarkRunner.Run<DecisionBench>(DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance)));
        return 0;
    case "processor":
        ProcessorTimes.Print(Console.Out);
        return 0;
    case "telemetry":
        BenchmarkRunner.Run<TelemetryBench>(DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance)));
        return 0;
    case "size":
        StateSizes.Print(Console.Out);
        return 0;
    default:
        Console.Error.WriteLine("time, processor, telemetry or size");
        return 2;
}
