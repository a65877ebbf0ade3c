using Akka.Actor;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Node;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>Asks entities for the console; a silent one is told as such.</summary>
internal static class Answers
{
    /// <exception cref="UnavailableException">No answer came in time.</exception>
    public static async Task<T> AskAsync<T>(InspectedNode node, ICanTell entity, object question, CancellationToken cancel)
    {
        try
        {
            return await node.AskAsync<T>(entity, question, cancel).ConfigureAwait(false);
        }
        catch (InspectionException silent)
        {
            throw new UnavailableException(silent.Message);
        }
    }
}
