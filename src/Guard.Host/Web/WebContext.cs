using Guard.Host.Configuration;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Feedback;
using Guard.Host.Geo;
using Guard.Host.Intake.Inline;
using Guard.Host.Node;
using Guard.Messages.Observations;
using Serilog;

namespace Guard.Host.Web;

/// <summary>What of the running node the modules of its web server may use.</summary>
/// <param name="Node">Regions, policies, clock, counts and workers.</param>
/// <param name="Judge">Asks accounts what to answer.</param>
internal sealed record WebContext(GuardSettings Settings, InspectedNode Node, InlineJudge Judge, IPlaceLookup Places, ILogger Log)
{
    /// <summary>What the console and its API ask; null where nothing of it was opened.</summary>
    public ConsoleServices? Console { get; init; }

    /// <summary>Reads the links of reports; null when they carry none.</summary>
    public FeedbackLinks? Links { get; init; }

    /// <summary>Is shown what programs told, as the other intakes show it: who is at home behind which address.</summary>
    public Action<Observation> Seen { get; init; } = static _ => { };
}
