using Guard.Host.Enforcement;

namespace Guard.Host.Node.Questions;

/// <summary>Speaks to the worker that holds mail in this machine's queue.</summary>
internal static class MailQueue
{
    /// <exception cref="InspectionException">No queue is held, or the mail server's tools failed.</exception>
    public static async Task<T> AskAsync<T>(InspectedNode node, object question, CancellationToken cancel)
    {
        var worker =
            node.Workers.FirstOrDefault(one => one.Path.Name == EnforcementStart.QueueWorkerName)
            ?? throw new InspectionException("no queue is held (enforcement.locks.hold-queue)");
        try
        {
            return await node.AskAsync<T>(worker, question, cancel).ConfigureAwait(false);
        }
        catch (IOException failure)
        {
            throw new InspectionException(failure.Message);
        }
    }
}
