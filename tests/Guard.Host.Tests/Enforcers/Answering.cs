using Guard.Host.Platform;

namespace Guard.Host.Tests.Enforcers;

/// <summary>Writes down what it was asked to run and answers for it.</summary>
internal sealed class Answering : IProcessRunner
{
    public List<string> Asked { get; } = [];

    public Func<ProcessRequest, ProcessOutcome> Answer { get; set; } = _ => new ProcessOutcome(0, "", "");

    public Task<ProcessOutcome> Run(ProcessRequest request, CancellationToken cancellation = default)
    {
        Asked.Add($"{request.Program} [{string.Join("][", request.Arguments)}]");
        return Task.FromResult(Answer(request));
    }
}

internal sealed class FixedClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
