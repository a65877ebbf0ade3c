using Microsoft.Extensions.Hosting;

namespace Guard.Host.Running;

/// <summary>A node inside another program ends when that program says so: signals are not its business.</summary>
internal sealed class EmbeddedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
