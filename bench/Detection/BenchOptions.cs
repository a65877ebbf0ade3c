using System.Globalization;

namespace Guard.Bench.Detection;

/// <summary>What the command line asks for.</summary>
public sealed record BenchOptions
{
    public string Command { get; init; } = "";

    public string File { get; init; } = "";

    /// <summary>Seed families never overlap: weights are tuned on one, chosen on the second, and the third is only reported.</summary>
    public string Family { get; init; } = "tune";

    public int Accounts { get; init; } = 2000;

    public int Days { get; init; } = 120;

    public int Runs { get; init; } = 1;

    public int Victims { get; init; } = 12;

    /// <summary>Of <c>worlds</c>: <c>thieves</c> or <c>guessers</c>; both when empty.</summary>
    public string Only { get; init; } = "";

    /// <summary>First seed within the family.</summary>
    public int Skip { get; init; }

    /// <summary>Configuration whose policies judge; without one the built-in defaults.</summary>
    public string? Config { get; init; }

    /// <summary>Leave systems and coordinates out of the places, as a plain country database does.</summary>
    public bool CountryOnly { get; init; }

    /// <summary>Directory of the report.</summary>
    public string Output { get; init; } = "docs/detection";

    /// <summary>Where to write every wrong rise and every outcome with its reasons.</summary>
    public string? Details { get; init; }

    public IEnumerable<ulong> Seeds => Enumerable.Range(0, Runs).Select(run => (ulong)(Base + Skip + run));

    private int Base =>
        Family switch
        {
            "tune" => 1000,
            "validate" => 2000,
            "report" => 3000,
            _ => throw new FormatException($"--seeds is tune, validate or report, not '{Family}'"),
        };

    /// <exception cref="FormatException">An argument cannot be understood.</exception>
    public static BenchOptions Parse(string[] arguments)
    {
        if (arguments.Length == 0)
            throw new FormatException("generate FILE, score or report");
        var options = new BenchOptions
        {
            Command = arguments[0],
            Family = arguments[0] == "report" ? "report" : "tune",
            Runs = arguments[0] switch
            {
                "report" => 3,
                "worlds" or "calibration" => 16,
                _ => 1,
            },
            Accounts = arguments[0] is "worlds" or "calibration" ? 250 : 2000,
            Days = arguments[0] is "worlds" or "calibration" ? 60 : 120,
            Victims = arguments[0] is "worlds" or "calibration" ? 7 : 12,
        };
        for (var i = 1; i < arguments.Length; i++)
        {
            string Value() => ++i < arguments.Length ? arguments[i] : throw new FormatException($"{arguments[i - 1]} needs a value");
            int Number() => int.Parse(Value(), CultureInfo.InvariantCulture);
            options = arguments[i] switch
            {
                "--seeds" => options with { Family = Value() },
                "--accounts" => options with { Accounts = Number() },
                "--days" => options with { Days = Number() },
                "--runs" => options with { Runs = Number() },
                "--victims" => options with { Victims = Number() },
                "--only" => options with { Only = Value() },
                "--skip" => options with { Skip = Number() },
                "--config" => options with { Config = Value() },
                "--output" => options with { Output = Value() },
                "--details" => options with { Details = Value() },
                "--country-only" => options with { CountryOnly = true },
                ['-', ..] => throw new FormatException($"unknown option {arguments[i]}"),
                var file => options with { File = file },
            };
        }
        return options;
    }
}
