using Akka.Actor;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Inspection;
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

    /// <summary>Rows of a command of the inspection vocabulary, from every node that it concerns; notes about silent nodes come with no cells.</summary>
    public static async Task<List<InspectionItem>> InspectAsync(Inspector inspector, IReadOnlyList<string> words, CancellationToken cancel)
    {
        try
        {
            var (command, arguments) = Vocabulary.Parse(words);
            var items = new List<InspectionItem>();
            await foreach (var item in inspector.RunAsync(command, arguments, words, cancel).ConfigureAwait(false))
                items.Add(item);
            return items;
        }
        catch (InspectionException failure)
        {
            throw new BadRequestException(failure.Message);
        }
    }
}
