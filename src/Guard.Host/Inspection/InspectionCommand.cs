using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Guard.Host.Node;
using Guard.Host.Node.Questions;
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

    public static InspectionArgument May(string name, ArgumentKind kind, string help, params ReadOnlySpan<string> choices) =>
        new(name, kind, help, false, [.. choices]);
}

/// <summary>Answers a command about a node, row by row.</summary>
public delegate IAsyncEnumerable<ImmutableArray<Cell>> InspectionHandler(InspectedNode node, InspectionArguments arguments, CancellationToken cancel);

/// <summary>One command of the vocabulary: the same for every face that shows it.</summary>
/// <param name="Name">One or two words, such as <c>user show</c>.</param>
/// <param name="Endless">Whether rows come until the asker has enough.</param>
public sealed record InspectionCommand(
    string Name,
    string Help,
    ImmutableArray<InspectionArgument> Arguments,
    InspectionScope Scope,
    ImmutableArray<Column> OwnColumns,
    InspectionHandler Answer,
    bool Endless = false
)
{
    private static readonly Column Node = new("node", CellKind.Text);

    /// <summary>The lasting name of what it does, for the audit; empty for what only looks.</summary>
    public string Act { get; init; } = "";

    /// <summary>The columns of a whole answer.</summary>
    public ImmutableArray<Column> Columns => Scope == InspectionScope.EveryNode ? OwnColumns.Insert(0, Node) : OwnColumns;

    /// <summary>Asks all nodes; null for what any node answers.</summary>
    public Func<InspectedNode, InspectionArguments, CancellationToken, IAsyncEnumerable<InspectionItem>>? Gather { get; private init; }

    /// <summary>The same answer as a typed record, for faces that show more of it than rows; null where there is none.</summary>
    public Func<InspectedNode, InspectionArguments, CancellationToken, Task<object>>? Whole { get; private init; }

    /// <summary>How the typed answer is shown in rows; null where there is none.</summary>
    public Func<object, IEnumerable<ImmutableArray<Cell>>>? RowsOf { get; private init; }

    /// <summary>A question with one typed answer, and the rows in which it is shown.</summary>
    public static InspectionCommand OfAnswer<T>(
        string name,
        string help,
        ImmutableArray<InspectionArgument> arguments,
        ImmutableArray<Column> columns,
        Func<InspectedNode, InspectionArguments, CancellationToken, Task<T>> ask,
        Func<T, IEnumerable<ImmutableArray<Cell>>> rows
    )
        where T : notnull
    {
        return new InspectionCommand(name, help, arguments, InspectionScope.Anywhere, columns, Rows)
        {
            Whole = async (node, given, cancel) => await ask(node, given, cancel).ConfigureAwait(false),
            RowsOf = answer => rows((T)answer),
        };

        async IAsyncEnumerable<ImmutableArray<Cell>> Rows(InspectedNode node, InspectionArguments given, [EnumeratorCancellation] CancellationToken cancel)
        {
            foreach (var row in rows(await ask(node, given, cancel).ConfigureAwait(false)))
                yield return row;
        }
    }

    /// <summary>A question to every node and how an item of its answer is shown.</summary>
    /// <param name="parameters">The question's parameters, of the arguments that were given.</param>
    public static InspectionCommand OfEveryNode<T>(
        string name,
        string help,
        ImmutableArray<InspectionArgument> arguments,
        ImmutableArray<Column> columns,
        NodeQuestion<T> question,
        Func<InspectionArguments, ImmutableArray<string>> parameters,
        Func<T, ImmutableArray<Cell>> row
    )
    {
        return new InspectionCommand(name, help, arguments, InspectionScope.EveryNode, columns, Own, question.Endless) { Gather = All };

        async IAsyncEnumerable<ImmutableArray<Cell>> Own(InspectedNode node, InspectionArguments given, [EnumeratorCancellation] CancellationToken cancel)
        {
            await foreach (var item in question.AnswerAsync(node, parameters(given), cancel).ConfigureAwait(false))
                yield return row(item);
        }

        async IAsyncEnumerable<InspectionItem> All(InspectedNode node, InspectionArguments given, [EnumeratorCancellation] CancellationToken cancel)
        {
            await foreach (var item in NodeInquiry.AskAllAsync(node, question, parameters(given), cancel).ConfigureAwait(false))
                yield return item.Note.Length > 0 ? new InspectionItem([], item.Note) : new InspectionItem(row(item.Item!).Insert(0, item.Node), "");
        }
    }

    /// <summary>Handles what the node knows without asking anybody.</summary>
    public static InspectionHandler AtOnce(Func<InspectedNode, InspectionArguments, IEnumerable<ImmutableArray<Cell>>> rows)
    {
        return Answer;

        async IAsyncEnumerable<ImmutableArray<Cell>> Answer(
            InspectedNode node,
            InspectionArguments arguments,
            [EnumeratorCancellation] CancellationToken cancel
        )
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
