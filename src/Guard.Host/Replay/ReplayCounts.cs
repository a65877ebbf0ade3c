using System.Collections.Immutable;
using Guard.Host.Intake.Logs;
using Guard.Host.Intake.Logs.Shapes;
using Guard.Messages.Policies;

namespace Guard.Host.Replay;

/// <summary>What a replay counted.</summary>
public sealed class ReplayCounts
{
    public long Lines { get; set; }

    public long Parsed { get; set; }

    public long Ignored { get; set; }

    /// <summary>Of <see cref="Ignored"/> the lines of no known daemon.</summary>
    public long Foreign { get; set; }

    public long Unparsed { get; set; }

    /// <summary>The shapes of <see cref="Unparsed"/>, the most frequent first.</summary>
    public ImmutableArray<UnknownShape> Shapes { get; set; } = [];

    public long Logins { get; set; }

    public long Failures { get; set; }

    public long Submissions { get; set; }

    public long Recipients { get; set; }

    public int Users { get; set; }

    public int Sites { get; set; }

    /// <summary>Messages that belong to nobody: no login, and no sender rule.</summary>
    public long Unjudged { get; set; }

    /// <summary>Which hosts handed most of them in.</summary>
    public string UnjudgedFrom { get; set; } = "";

    public long StoppedSubmissions { get; set; }

    /// <summary>Logins with the right password that would have been refused.</summary>
    public long RefusedLogins { get; set; }

    /// <summary>How often a rung was reached from below.</summary>
    public long[] Reactions { get; } = new long[5];

    public long Addresses { get; set; }

    public double Seconds { get; set; }

    /// <summary>A line was read and came to this.</summary>
    public void Line(LineResult result)
    {
        Lines++;
        switch (result)
        {
            case LineResult.Observed:
                Parsed++;
                break;
            case LineResult.Unknown:
                Unparsed++;
                break;
            default:
                Ignored++;
                if (result == LineResult.Foreign)
                    Foreign++;
                break;
        }
    }

    public long Of(Rung rung) => Reactions[(int)rung];
}
