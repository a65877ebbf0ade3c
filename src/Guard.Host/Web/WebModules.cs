using Guard.Host.Intake.Http;
using Guard.Host.Web.Api;

namespace Guard.Host.Web;

/// <summary>Every module of the web server, in the order in which their middleware runs.</summary>
internal static class WebModules
{
    public static IReadOnlyList<IWebModule> Of(WebContext context)
    {
        var modules = new List<IWebModule> { HttpIntakeModule.Of(context) };
        if (context.Console is { } console)
            modules.AddRange([new ConsoleModule(context), new ConsoleApi(console)]);
        return modules;
    }
}
