using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Guard.Host.Web.Modules;

/// <summary>One part of what the node's web server serves, such as the API of observations, health, or the console.</summary>
internal interface IWebModule
{
    /// <summary>Adds what its endpoints need.</summary>
    void Add(IServiceCollection services);

    /// <summary>Adds its middleware and endpoints. Called in the order of the modules.</summary>
    void Map(WebApplication application);
}
