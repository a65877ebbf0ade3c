using Guard.Host.Configuration;
using Guard.Host.Feedback;
using Guard.Host.Inspection;
using Guard.Host.Intake.Inline;
using Guard.Host.Intake.Logs;
using Serilog;

namespace Guard.Host.Web;

/// <summary>What of the running node the modules of its web server may use.</summary>
/// <param name="Node">Regions, policies, clock, counts and workers.</param>
/// <param name="Judge">Asks accounts what to answer.</param>
internal sealed record WebContext(GuardSettings Settings, InspectedNode Node, Inspector Inspector, InlineJudge Judge, IPlaceLookup Places, ILogger Log)
{
    /// <summary>Reads the links of reports; null when they carry none.</summary>
    public FeedbackLinks? Links { get; init; }
}
