using System.Globalization;
using Guard.Bench.Intake;

// Speed of the main job. Usage: Intake [replay|sizes|durable|journal]...; without words, all of them. Prints Markdown, to be quoted with the machine.
// Intake corpora DIRECTORY... tells how much of public test logs is read (a checkout of fail2ban, of crowdsecurity/hub).
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var wanted = args.Length == 0 ? ["replay", "sizes", "durable", "journal"] : args;
using var bench = new BenchDirectory();
if (wanted[0] == "corpora")
    return CorpusBench.Run(bench, wanted[1..]);
Console.WriteLine(
    $"{Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB, .NET {Environment.Version}, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}"
);
foreach (var name in wanted)
{
    switch (name)
    {
        case "replay":
            ReplayBench.Run(bench);
            break;
        case "sizes":
            ReplayBench.RunSizes(bench);
            break;
        case "durable":
            await DurableBench.RunAsync(bench, 1_000);
            await DurableBench.RunAsync(bench, 50_000);
            break;
        case "journal":
            await JournalBench.RunAsync(bench);
            break;
        default:
            Console.Error.WriteLine($"'{name}' is none of replay, sizes, durable, journal");
            return 2;
    }
}
return 0;
