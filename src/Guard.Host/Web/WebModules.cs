using Guard.Host.Intake.Http;
using Guard.Host.Telemetry;

namespace Guard.Host.Web;

/// <summary>Every module of the web server, in the order in which their middleware runs.</summary>
internal static class WebModules
{
    public static IReadOnlyList<IWebModule> Of(WebContext context)
    {
        var probe = context.Node.System.ActorOf(JournalProbe.Props(context.Node.Name), "journal-probe");
        return
        [
            new HealthModule(new HealthChecks(context.Node, probe, TimeProvider.System)),
            new MetricsModule(context.Settings.Telemetry),
            HttpIntakeModule.Of(context),
        ];
    }
}
