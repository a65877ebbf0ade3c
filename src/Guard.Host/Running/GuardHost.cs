using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Guard.Host.Clustering;
using Guard.Host.Clustering.Wire;
using Guard.Host.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serilog;

namespace Guard.Host.Running;

/// <summary>
/// The generic host of one node. Akka.Hosting makes the actor system, runs its coordinated shutdown when the host stops, and stops the host when the system has
/// ended by itself.
/// </summary>
internal static class GuardHost
{
    public const string SystemName = "AccountGuard";

    public static HostApplicationBuilder Builder(GuardSettings settings, Config akka, ILogger log)
    {
        // Empty: no file, variable or argument but the guard's own settings has a say.
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ApplicationName = typeof(GuardHost).Assembly.GetName().Name, ContentRootPath = AppContext.BaseDirectory }
        );
        // The phases of the shutdown have their own patience, and the service manager has the last word.
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        // Whoever runs the host tells why it does not start.
        builder.Services.AddSerilog(
            new LoggerConfiguration()
                .MinimumLevel.Warning()
                .MinimumLevel.Override("Microsoft.Extensions.Hosting", Serilog.Events.LogEventLevel.Fatal)
                .WriteTo.Logger(log)
                .CreateLogger(),
            dispose: true
        );
        // Started first and stopped last: it asks for the actor system when it is time to, and signs off when that has ended.
        builder.Services.AddSingleton(services => new GuardService(settings, services.GetRequiredService<ActorSystem>, log));
        builder.Services.AddHostedService(services => services.GetRequiredService<GuardService>());
        builder.Services.AddAkka(
            SystemName,
            configuration =>
            {
                configuration.AddHocon(AkkaConfiguration.Of(settings, akka), HoconAddMode.Replace);
                configuration.AddSetup(AcceptedMessages.Setup(log));
                if (settings.Cluster.Tls is { } tls)
                    configuration.AddSetup(ClusterTls.Setup(tls));
            }
        );
        return builder;
    }
}
