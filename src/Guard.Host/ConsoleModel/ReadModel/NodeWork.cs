using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Node;
using Guard.Host.Node.Questions;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>The outboxes of all nodes, and the lines that none of them understood.</summary>
internal sealed class NodeWork(InspectedNode node) : IPendingWork
{
    private const int MaxShapes = 50;

    public async Task<PendingWork> LookAsync(AccessScope scope, CancellationToken cancel)
    {
        scope.DemandEverywhere(AccessRights.View);
        var outbox = NodeInquiry.ListAsync(node, NodeQuestions.Outbox, [], cancel);
        var unknown = NodeInquiry.ListAsync(node, NodeQuestions.UnknownShapes, [], cancel);
        return new PendingWork(
            [
                .. (await outbox.ConfigureAwait(false))
                    .Where(one => one.Item is { } item && item.Kind != OutboxKind.Worker)
                    .OrderBy(one => one.Node, StringComparer.Ordinal)
                    .Select(one => new PendingRow(
                        one.Node,
                        OutboxQuestion.Word(one.Item!.Kind),
                        one.Item.Name,
                        one.Item.Pending,
                        one.Item.Failures ?? 0,
                        one.Item.Since,
                        one.Item.Detail
                    )),
            ],
            [
                .. (await unknown.ConfigureAwait(false))
                    .Where(one => one.Item is not null)
                    .OrderByDescending(one => one.Item!.Count)
                    .Take(MaxShapes)
                    .Select(one => new UnknownRow(one.Node, one.Item!.Daemon, one.Item.Program, one.Item.Shape, one.Item.Count, one.Item.Example)),
            ]
        );
    }
}
