using System.Collections.Immutable;
using Guard.Host.Node;
using Guard.Messages.Inspection;

namespace Guard.Host.Inspection;

/// <summary>Which node answers.</summary>
public enum InspectionScope
{
    /// <summary>Any node answers for the whole cluster.</summary>
    Anywhere,

    /// <summary>Every node answers for itself; the rows are put together, with the node in front.</summary>
    EveryNode,
}

/// <summary>What an argument names, for checking and completion.</summary>
public enum ArgumentKind
{
    Word,
    Account,
    Site,
    AccountOrSite,
    Address,
    Duration,
}

/// <summary>One argument of a command, by its position.</summary>
/// <param name="Choices">The only words that are possible; empty for any.</param>
public sealed record InspectionArgument(string Name, ArgumentKind Kind, string Help, bool Required, ImmutableArray<string> Choices)
{
    public static InspectionArgument Must(string name, ArgumentKind kind, string help) => new(name, kind, help, true, []);

    public static InspectionArgument May(string name, ArgumentKind kind, string help, params ReadOnlySpan<string> choices) => new(name, kind, help, false, [.. choices]);
}

/// <summary>Answers a command about a node, row by row.</summary>
public delegate IAsyncEnumerable<ImmutableArray<Cell>> InspectionHandler(InspectedNode node, InspectionArguments arguments, CancellationToken cancel);

/// <summary>One command of the vocabulary: the same for every face that shows it.</summary>
/// <param name="Name">One or two words, such as <c>user show</c>.</param>
/// <param name="Endless">Whether rows come until the asker has enough.</param>
public sealed record InspectionCommand(
    string Name, string Help, ImmutableArray<InspectionArgument> Arguments, InspectionScope Scope, ImmutableArray<Column> OwnColumns, InspectionHandler Answer, bool Endless = false)
{
    private static readonly Column Node = new("node", CellKind.Text);

    /// <summary>The lasting name of what it does, for the audit; empty for what only looks.</summary>
    public string Act { get; init; } = "";

    /// <summary>The columns of a whole answer.</summary>
    public ImmutableArray<Column> Columns => Scope == InspectionScope.EveryNode ? OwnColumns.Insert(0, Node) : OwnColumns;

    /// <summary>Handles what the node knows without asking anybody.</summary>
    public static InspectionHandler AtOnce(Func<InspectedNode, InspectionArguments, IEnumerable<ImmutableArray<Cell>>> rows)
    {
        return Answer;

        async IAsyncEnumerable<ImmutableArray<Cell>> Answer(InspectedNode node, InspectionArguments arguments, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
        {
            foreach (var row in rows(node, arguments))
            {
                cancel.ThrowIfCancellationRequested();
                yield return row;
            }
            await Task.CompletedTask.ConfigureAwait(false);
        }
    }

    public string Usage => string.Join(' ', Arguments.Select(argument => argument.Required ? argument.Name : $"[{argument.Name}]").Prepend(Name));
}
