using Guard.Host.Feedback;
using Guard.Host.Intake.Http;

namespace Guard.Host.Web;

/// <summary>Every module of the web server, in the order in which their middleware runs.</summary>
internal static class WebModules
{
    public static IReadOnlyList<IWebModule> Of(WebContext context)
    {
        List<IWebModule> modules = [HttpIntakeModule.Of(context)];
        if (context.Links is { } links)
            modules.Add(new FeedbackModule(links, new FeedbackService(context.Node.Regions, context.Node.Clock), () => DateTimeOffset.UtcNow, context.Log));
        return modules;
    }
}
