using Guard.Messages.Enforcement;

namespace Guard.Host.Reports;

/// <summary>A way on which reports leave. What it throws besides is trouble of the way itself, and passing.</summary>
public interface IReportChannel
{
    /// <summary>Delivers it; whoever gets it twice knows it by its id.</summary>
    /// <exception cref="ReportRefusedException">It is of no use to try this one again.</exception>
    /// <exception cref="ReportDeferredException">This one may be tried later; others may go.</exception>
    Task SendAsync(ReportDispatch dispatch, CancellationToken cancel);
}

/// <summary>A report was refused for good.</summary>
public sealed class ReportRefusedException(string why) : Exception(why);

/// <summary>A report was refused for now.</summary>
public sealed class ReportDeferredException(string why) : Exception(why);
