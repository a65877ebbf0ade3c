namespace Guard.Host.Web;

/// <summary>Every module of the web server, in the order in which their middleware runs.</summary>
internal static class WebModules
{
    public static IReadOnlyList<IWebModule> Of(WebContext context)
    {
        _ = context;
        return [new ConsoleModule(context)];
    }
}
