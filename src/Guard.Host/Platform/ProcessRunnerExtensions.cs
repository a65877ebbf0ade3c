namespace Guard.Host.Platform;

internal static class ProcessRunnerExtensions
{
    /// <summary>What a program said that has to succeed.</summary>
    /// <exception cref="EnforcementException">It failed, with what it complained of; or <see cref="IProcessRunner.Run"/>'s reasons.</exception>
    public static async Task<string> MustAsync(this IProcessRunner runner, ProcessRequest request, CancellationToken cancellation)
    {
        var outcome = await runner.Run(request, cancellation).ConfigureAwait(false);
        return outcome.Succeeded ? outcome.Output : throw new EnforcementException($"{request.Program} {request.Arguments[0]}: {outcome.Complaint}");
    }
}
