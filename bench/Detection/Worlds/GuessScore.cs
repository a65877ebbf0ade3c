using System.Globalization;
using Guard.Bench.Detection.Scoring;

namespace Guard.Bench.Detection.Worlds;

/// <summary>What guessers came to in a world.</summary>
public sealed record GuessScore(
    WorldTraits Traits,
    IReadOnlyList<GuessSource> Sources,
    IReadOnlyCollection<ShutOut> Innocents,
    IReadOnlyCollection<string> Locked,
    double AccountMonths,
    long Lines
)
{
    /// <summary>Who tries so often goes on until they are stopped.</summary>
    public const int PersistentFrom = 20;

    /// <summary>Accounts that met a block, once for each network that was blocked.</summary>
    public int ShutOut => Innocents.Select(one => (one.User, one.Blocked)).Distinct().Count();

    public static GuessScore Of(WorldTraits traits, Simulation simulation, GuessReplay replay) =>
        new(
            traits,
            [.. simulation.Guesses.Select(guess => guess.Source).Distinct()],
            replay.Innocents,
            replay.Locked,
            Exposure.AccountMonths(simulation),
            replay.Lines
        );
}

/// <summary>The guessers' figures as Markdown.</summary>
public static class GuessText
{
    private static readonly (GuessWay Way, string Name)[] Ways =
    [
        (GuessWay.Spray, "spray: one address, many names"),
        (GuessWay.SlowBotnet, "slow botnet, many names"),
        (GuessWay.OneAccount, "slow botnet, one account"),
        (GuessWay.One64, "one IPv6 /64"),
        (GuessWay.One56, "one IPv6 /56, another /64 for each try"),
        (GuessWay.One48, "one IPv6 /48, another /64 for each try"),
        (GuessWay.CarrierPool, "behind a carrier's pool (its addresses)"),
    ];

    private static readonly (Func<ShutOut, bool> Who, string Name)[] Innocent =
    [
        (one => one.Way == GuessWay.CarrierPool, "of them in the pool that a guesser was in"),
        (one => one.Way is { } way && way != GuessWay.CarrierPool, "of them where another of these guessers was"),
        (one => one.Way is null && one.Own == one.User, "of them for the account's own failures"),
        (one => one.Way is null && one.Own != one.User, "of them for the noise of every server and for others' mistakes"),
    ];

    public static void Write(TextWriter output, IReadOnlyList<GuessScore> worlds)
    {
        void Line(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        Line($"{worlds.Count} worlds with guessers and no thieves, {worlds.Sum(world => world.Lines):N0} lines.");
        Line($"");
        Line($"| Guessers | persistent sources | blocked | worst tenth | tries | stopped |");
        Line($"|---|---:|---|---:|---:|---:|");
        foreach (var (way, name) in Ways)
        {
            var by = worlds
                .Select(world => world.Sources.Where(source => source.Way == way).ToList())
                .Select(all => (All: all, Persistent: all.Where(source => source.Tries >= GuessScore.PersistentFrom).ToList()))
                .ToList();
            var persistent = by.SelectMany(pair => pair.Persistent).ToList();
            var (hits, count) = (persistent.Count(IsBlocked), persistent.Count);
            var (low, high) = Intervals.Wilson(hits, count);
            var shares = by.Where(pair => pair.Persistent.Count > 0).Select(pair => pair.Persistent.Count(IsBlocked) / (double)pair.Persistent.Count);
            var worst = Intervals.WorstTenth([.. shares], largeIsWorse: false);
            var tries = by.Sum(pair => pair.All.Sum(source => (long)source.Tries));
            var stopped = by.Sum(pair => pair.All.Sum(source => (long)source.Stopped));
            Line(
                $"| {name} | {count} | {100.0 * hits / Math.Max(1, count):0} % ({100 * low:0}–{100 * high:0}) | {100 * worst:0} % | {tries:N0} | {100.0 * stopped / Math.Max(1, tries):0} % |"
            );
        }
        Line($"");
        var months = worlds.Sum(world => world.AccountMonths);
        var shutOut = worlds.Sum(world => world.ShutOut);
        var (least, most) = Intervals.Poisson(shutOut);
        var tenth = Intervals.WorstTenth([.. worlds.Select(world => 1000 * world.ShutOut / world.AccountMonths)], largeIsWorse: true);
        Line($"| Innocent | count | per 1,000 account-months | worst tenth |");
        Line($"|---|---:|---|---:|");
        Line($"| accounts restricted or locked for guesses | {worlds.Sum(world => world.Locked.Count)} | | |");
        Line(
            $"| owners shut out by a block | {shutOut} | {1000 * shutOut / months:0.00} ({1000 * least / months:0.00}–{1000 * most / months:0.00}) | {tenth:0.0} |"
        );
        foreach (var (who, name) in Innocent)
        {
            var count = worlds.Sum(world => world.Innocents.Where(who).Select(one => (one.User, one.Blocked)).Distinct().Count());
            var (few, many) = Intervals.Poisson(count);
            Line($"| {name} | {count} | {1000 * count / months:0.00} ({1000 * few / months:0.00}–{1000 * many / months:0.00}) | |");
        }
    }

    private static bool IsBlocked(GuessSource source) => source.Stopped > 0;
}
