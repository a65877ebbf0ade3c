namespace Guard.Host.Node.Questions;

/// <summary>What one node answered, or a note that it did not.</summary>
/// <param name="Item">Null where there is a note.</param>
/// <param name="Note">Such as that a node is silent; else empty.</param>
public readonly record struct NodeItem<T>(string Node, T? Item, string Note);
