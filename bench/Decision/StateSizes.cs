using System.Globalization;
using Guard.Actors.Behaviour;
using Guard.Actors.Serialization;
using Guard.Actors.Users;

namespace Guard.Bench.Decision;

/// <summary>How large the stored state of an account is, and what each of its parts adds.</summary>
internal static class StateSizes
{
    /// <summary>The state without one of its parts.</summary>
    private static readonly (string Part, Func<Baseline, Baseline> Without)[] Parts =
    [
        ("recipients written to before (two Bloom filters)", lived => lived with { Known = Baseline.Empty.Known }),
        ("networks, wide and narrow", lived => lived with { NarrowNetworks = Baseline.Empty.NarrowNetworks, WideNetworks = Baseline.Empty.WideNetworks }),
        (
            "countries, systems, subdivisions",
            lived =>
                lived with
                {
                    Countries = Baseline.Empty.Countries,
                    AutonomousSystems = Baseline.Empty.AutonomousSystems,
                    Subdivisions = Baseline.Empty.Subdivisions,
                }
        ),
        (
            "rates: logins, mails, recipients, failures",
            lived => lived with { Logins = RateHistory.Empty, Mails = RateHistory.Empty, Recipients = RateHistory.Empty, Failures = RateHistory.Empty }
        ),
        ("hours of the week", lived => lived with { Week = WeekPattern.Empty }),
        ("places of the last hour", lived => lived with { Recent = RecentPlaces.Empty }),
        ("networks on probation", lived => lived with { Probation = Probation.Empty }),
        ("fixed lines and presence", lived => lived with { Anchors = Anchors.Empty, Presence = default }),
        ("pools of addresses", lived => lived with { Pools = AddressPools.Empty }),
        ("envelope senders", lived => lived with { Senders = Baseline.Empty.Senders }),
        ("refused recipients", lived => lived with { FailedRecipients = default, SpamRefusals = default }),
    ];

    public static void Print(TextWriter output)
    {
        var users = LivedAccounts.Live(2000).Users.ToList();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var whole = users.Select(user => GuardSerializer.SizeOf(user)).ToArray();
        var each = clock.Elapsed.TotalMicroseconds / users.Count;
        var sizes = whole.Order().ToArray();
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{sizes.Length} accounts after 120 days: median {sizes[sizes.Length / 2]}, 99 % {At99(sizes)}, largest {sizes[^1]} bytes; {sizes.Count(size => size > 4096)} above 4 KiB; {each:0} µs each to write"
            )
        );
        output.WriteLine("Bytes that a part adds to the compressed state: median, 99 %, largest");
        foreach (var (part, without) in Parts)
            Print(
                output,
                part,
                [.. users.Select((user, index) => whole[index] - GuardSerializer.SizeOf(user with { Baseline = without(user.Baseline) })).Order()]
            );
        var bare = users.Select(user => GuardSerializer.SizeOf(user with { Baseline = Baseline.Empty })).ToArray();
        Print(output, "all else: what is usual besides", [.. users.Select((user, index) => GuardSerializer.SizeOf(Stripped(user)) - bare[index]).Order()]);
        Print(output, "history, quotas, guesses, totals", [.. bare.Order()]);
    }

    private static UserState Stripped(UserState user) => user with { Baseline = Parts.Aggregate(user.Baseline, (lived, part) => part.Without(lived)) };

    private static void Print(TextWriter output, string part, int[] sorted) =>
        output.WriteLine($"| {part} | {sorted[sorted.Length / 2]} | {At99(sorted)} | {sorted[^1]} |");

    private static int At99(int[] sorted) => sorted[sorted.Length * 99 / 100];
}
