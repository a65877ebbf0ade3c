namespace Guard.Host.Platform;

/// <summary>Runs programs of the system. Tests put them into a network namespace or answer for them.</summary>
public interface IProcessRunner
{
    /// <exception cref="EnforcementException">It is not there, may not be run, took too long or said too much.</exception>
    Task<ProcessOutcome> Run(ProcessRequest request, CancellationToken cancellation = default);
}
