using System.Globalization;
using Guard.Bench.Inline;
using Guard.Bench.Inline.Servers;
using Guard.Bench.Shared;

// Policy requests of a thousand accounts, each reserving a recipient: AccountGuard, which journals with synchronous = full before it answers, beside
// postfwd and policyd-rate-limit, which keep nothing over a power cut. Needs `make build`, and root to install the peers when they are missing.
// Usage: Inline [--seconds N] [--connections 1,16,64] [--rounds N] [--rate N] [--only NAME]: all in turn, medians. Prints Markdown, to be quoted with the machine.
// compare DIRECTORY [--seconds N] [--connections 16,64] [--rounds N]: the repository's build and one published there before, in turn: medians and their ratio.
// long [--seconds N] [--rate N]: the guard alone at a steady rate, a row for each three minutes.
// hostile [--seconds N] [--rate N] [--idle N] [--sign-ins N] [--names N]: the same questions while others try to wear the guard down.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.FirstOrDefault() == "hostile")
{
    Guard.Bench.Inline.Hostile.HostileBench.Run(
        TimeSpan.FromSeconds(Number("--seconds", 20)),
        Number("--rate", 500),
        Number("--idle", 10_000),
        Number("--sign-ins", 400),
        Number("--names", 1_000_000)
    );
    return 0;
}
if (args is ["compare", var beside, ..])
{
    Comparison.Run(beside, TimeSpan.FromSeconds(Number("--seconds", 5)), [.. Option("--connections", "16,64").Split(',').Select(Whole)], Number("--rounds", 5));
    return 0;
}
if (args.FirstOrDefault() == "long")
{
    LongRun.Run(TimeSpan.FromSeconds(Number("--seconds", 1800)), Number("--rate", 2000));
    return 0;
}
var length = TimeSpan.FromSeconds(double.Parse(Option("--seconds", "5"), CultureInfo.InvariantCulture));
int[] connections = [.. Option("--connections", "1,16,64").Split(',').Select(Whole)];
var rate = int.Parse(Option("--rate", "2000"), CultureInfo.InvariantCulture);
var only = Option("--only", "");

PolicyPeer[] peers =
[
    .. new PolicyPeer[] { new GuardServer(), new PostfwdServer(), new RateLimitServer() }.Where(peer => peer.Name.Contains(only, StringComparison.Ordinal)),
];
var rounds = Number("--rounds", 3);
DebianPackages.Install(peers.Select(peer => peer.Package));
Console.WriteLine(
    $"{Environment.ProcessorCount} cores, .NET {Environment.Version}; {PolicyText.Accounts:N0} accounts; client and server on the same cores; median of {rounds} rounds in turn, {length.TotalSeconds:N0} s each"
);
try
{
    foreach (var peer in peers)
    {
        peer.Start();
        // All accounts awake, code compiled, as on a server that runs.
        LoadClient.Run(peer.Port, connections.Max(), peer.WarmUp);
    }
    Report.Print([.. connections.SelectMany(count => MedianOf(count))]);
    if (peers.FirstOrDefault(peer => peer is GuardServer) is { } guard)
        Report.PrintPaced(rate, PacedClient.Run(guard.Port, rate, length * 2));
}
finally
{
    foreach (var peer in peers)
        peer.Dispose();
}
return 0;

IEnumerable<Measured> MedianOf(int count)
{
    var measured = Enumerable.Range(0, rounds).SelectMany(_ => peers.Select(peer => Measure(peer, count))).ToLookup(one => one.Server);
    return peers.Select(peer => measured[peer.Name].OrderBy(one => one.PerSecond).ElementAt(rounds / 2));
}

Measured Measure(PolicyPeer peer, int count)
{
    var before = peer.Used;
    var times = LoadClient.Run(peer.Port, count, length);
    return new Measured(peer.Name, count, times, length, peer.Used - before);
}

int Number(string name, int usual) => Whole(Option(name, usual.ToString(CultureInfo.InvariantCulture)));

static int Whole(string word) => int.Parse(word, CultureInfo.InvariantCulture);

string Option(string name, string usual) => Array.IndexOf(args, name) is var at && at >= 0 && at + 1 < args.Length ? args[at + 1] : usual;
