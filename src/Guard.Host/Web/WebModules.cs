using Guard.Host.Feedback;
using Guard.Host.Web.Api;
using Guard.Host.Web.Modules;

namespace Guard.Host.Web;

/// <summary>Every module of the web server, in the order in which their middleware runs.</summary>
internal static class WebModules
{
    public static IReadOnlyList<IWebModule> Of(WebContext context)
    {
        var modules = new List<IWebModule> { new HealthModule(context.Node.Health!), new MetricsModule(context.Settings.Telemetry) };
        if (context.Console is { } console)
            modules.AddRange([new ConsoleModule(context), new ConsoleApi(console)]);
        modules.Add(HttpIntakeModule.Of(context));
        if (context.Links is { } links)
            modules.Add(new FeedbackModule(links, new FeedbackService(context.Node.Regions, context.Node.Clock), () => DateTimeOffset.UtcNow, context.Log));
        return modules;
    }
}
