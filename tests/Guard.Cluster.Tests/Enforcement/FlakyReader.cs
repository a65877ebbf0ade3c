using System.Collections.Concurrent;
using Guard.Host.Reports;
using Guard.Messages.Enforcement;

namespace Guard.Cluster.Tests.Enforcement;

/// <summary>Somebody who reads reports, outlives the guard's process, and may stop it in the middle of a delivery, or be away.</summary>
internal sealed class FlakyReader : IReportChannel
{
    private int _steps;

    /// <summary>At which step of a delivery the process dies: before it or behind it; never when negative.</summary>
    public int DiesAt { get; set; } = -1;

    /// <summary>So many calls fail.</summary>
    public int Failing { get; set; }

    public int Failed { get; private set; }

    /// <summary>Recipients that are refused for good.</summary>
    public string Refused { get; set; } = "";

    public TaskCompletionSource Died { get; set; } = new();

    /// <summary>What arrived, as often as it did.</summary>
    public ConcurrentQueue<ReportDispatch> Got { get; } = [];

    /// <summary>What arrived, known by its id.</summary>
    public IReadOnlyList<string> Known => [.. Got.Select(dispatch => dispatch.Id).Distinct()];

    public async Task SendAsync(ReportDispatch dispatch, CancellationToken cancel)
    {
        if (Failing > 0)
        {
            Failing--;
            Failed++;
            throw new IOException("nobody is there");
        }
        if (Refused.Length > 0 && dispatch.Items[0].Effect.User.Value == Refused)
            throw new ReportRefusedException("550 no such user");
        await StepAsync();
        Got.Enqueue(dispatch);
        await StepAsync();
    }

    private async Task StepAsync()
    {
        if (_steps++ != DiesAt)
            return;
        Died.SetResult();
        await new TaskCompletionSource().Task;
    }
}
