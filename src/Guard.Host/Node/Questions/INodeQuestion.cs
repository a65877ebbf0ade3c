using System.Collections.Immutable;
using Guard.Messages.Inspection;

namespace Guard.Host.Node.Questions;

/// <summary>One thing that a node is asked about itself, as the wire knows it.</summary>
public interface INodeQuestion
{
    /// <summary>Its lasting name between nodes, one or two words.</summary>
    string Name { get; }

    /// <summary>Whether answers come until the asker has enough.</summary>
    bool Endless { get; }

    /// <summary>The node's own answer in the form that crosses nodes.</summary>
    /// <exception cref="InspectionException">No answer is possible.</exception>
    IAsyncEnumerable<ImmutableArray<Cell>> RowsAsync(InspectedNode node, ImmutableArray<string> parameters, CancellationToken cancel);
}
