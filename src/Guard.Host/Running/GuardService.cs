using Akka.Actor;
using Guard.Host.Configuration;
using Microsoft.Extensions.Hosting;
using Serilog;

namespace Guard.Host.Running;

/// <summary>The node as a service of its host.</summary>
internal sealed class GuardService(GuardSettings settings, Func<ActorSystem> system, ILogger log) : IHostedService
{
    private GuardNode? _node;

    /// <summary>Once the host has started.</summary>
    public GuardNode Node => _node ?? throw new InvalidOperationException("the node has not started");

    public async Task StartAsync(CancellationToken cancellationToken) => _node = await GuardNode.StartAsync(settings, system, log).ConfigureAwait(false);

    /// <summary>Akka's service, which began later, has stopped before.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _node?.SignOffAsync() ?? Task.CompletedTask;
}
