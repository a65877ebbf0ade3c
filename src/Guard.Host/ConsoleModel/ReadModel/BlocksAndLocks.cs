using System.Collections.Immutable;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;
using Guard.Host.ConsoleModel.Audit;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.ConsoleModel.Policies;
using Guard.Host.Geo;
using Guard.Host.Node;
using Guard.Host.Node.Questions;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>Blocks, exempt networks and locks, from the one ledger of the cluster.</summary>
internal sealed class BlocksAndLocks(InspectedNode node, IPlaceLookup places, IAuditLog audit) : IBlocksAndLocks
{
    public async Task<Page<BlockRow>> BlocksAsync(AccessScope scope, BlockQuery query, CancellationToken cancel)
    {
        DemandView(scope);
        var ledger = await Answers.AskAsync<FirewallSnapshot>(node, node.Firewall, new BlockCommands.List(), cancel).ConfigureAwait(false);
        var rows = ledger
            .Standing.Concat(ledger.Limited)
            .OrderBy(block => block.Until)
            .Select(block => (Block: block, Prefix: FirewallLedger.Prefix(block.Network)))
            .Select(one => new BlockRow(
                node.Name,
                one.Prefix.ToString(),
                one.Block.Until,
                one.Block.Reason,
                one.Block.By,
                places.Find(one.Prefix.Network).Country
            ))
            .Where(row => scope.Everything || (row.By.Contains('@', StringComparison.Ordinal) && Reaches(scope, new UserId(row.By))))
            .Where(row => Matches(query, row.Node, row.Network, row.By, row.Reason));
        return PageOf(rows, query);
    }

    public async Task<Page<LockRow>> LocksAsync(AccessScope scope, BlockQuery query, CancellationToken cancel)
    {
        DemandView(scope);
        var locked = await LocksQuestion.InLedgerAsync(node, cancel).ConfigureAwait(false);
        var rows = locked
            .Select(one => new LockRow(node.Name, one.User, node.Policies.Current.SiteOf(one.User), one.Since, one.Until, one.Reason))
            .Where(row => scope.Reaches(row.User, row.Site))
            .Where(row => Matches(query, row.Node, row.User.Value, row.Reason));
        return PageOf(rows, query);
    }

    public Task<ImmutableArray<string>> BlockAsync(AccessScope scope, string network, TimeSpan hold, string why, CancellationToken cancel)
    {
        scope.DemandEverywhere(AccessRights.Block);
        var prefix = Read(network);
        if (hold < TimeSpan.FromMinutes(1) || hold > TimeSpan.FromDays(366))
            throw new BadRequestException("a block lasts from a minute to a year");
        return AuditedAct.RunAsync<ImmutableArray<string>>(
            audit,
            AuditDraft.Of(scope, "block.add", null, $"{prefix}", $"for {hold:g}; {why}"),
            async () => [await AskAsync(new BlockCommands.Add(FirewallLedger.Network(prefix), hold, new Author(scope.Who, why)), cancel).ConfigureAwait(false)],
            Outcome,
            cancel
        );
    }

    public Task<ImmutableArray<string>> LiftAsync(AccessScope scope, string network, string why, CancellationToken cancel)
    {
        scope.DemandEverywhere(AccessRights.Block);
        var prefix = Read(network);
        return AuditedAct.RunAsync<ImmutableArray<string>>(
            audit,
            AuditDraft.Of(scope, "block.lift", null, $"{prefix}", why),
            async () => [await AskAsync(new BlockCommands.Remove(FirewallLedger.Network(prefix), new Author(scope.Who, why)), cancel).ConfigureAwait(false)],
            Outcome,
            cancel
        );
    }

    public async Task<ImmutableArray<ExemptRow>> ExemptAsync(AccessScope scope, CancellationToken cancel)
    {
        scope.DemandEverywhere(AccessRights.View);
        var ledger = await Answers.AskAsync<FirewallSnapshot>(node, node.Firewall, new BlockCommands.List(), cancel).ConfigureAwait(false);
        return
        [
            .. ledger
                .Exempt.OrderBy(exempt => exempt.Since)
                .Select(exempt => new ExemptRow(FirewallLedger.Prefix(exempt.Network).ToString(), exempt.Since, exempt.Until, exempt.Reason, exempt.By)),
        ];
    }

    public async Task<ImmutableArray<string>> AddExemptAsync(AccessScope scope, string list, TimeSpan? hold, string why, CancellationToken cancel)
    {
        scope.DemandEverywhere(AccessRights.Block);
        if (hold < TimeSpan.FromMinutes(1))
            throw new BadRequestException("an exemption lasts a minute at least");
        var read = new ListImport().Read(ImportKind.Networks, list);
        if (read.Mistakes.Length > 0)
            throw new BadRequestException(
                string.Join("; ", read.Mistakes.Take(5).Select(mistake => $"line {mistake.Line}: '{mistake.Text}' {mistake.Problem}"))
            );
        if (read.Words.IsEmpty)
            throw new BadRequestException("there is no network in it");
        NetworkPrefix[] networks = [.. read.Words.Select(word => NetworkPrefix.TryParse(word, out var network) ? network : default)];
        return await AuditedAct
            .RunAsync(
                audit,
                AuditDraft.Of(scope, "exempt.add", null, networks.Length == 1 ? $"{networks[0]}" : $"{networks.Length} networks", why),
                async () =>
                {
                    var answers = ImmutableArray.CreateBuilder<string>();
                    foreach (var network in networks)
                        answers.Add(
                            await AskAsync(new BlockCommands.Exempt(FirewallLedger.Network(network), hold, new Author(scope.Who, why)), cancel)
                                .ConfigureAwait(false)
                        );
                    return answers.ToImmutable();
                },
                Outcome,
                cancel
            )
            .ConfigureAwait(false);
    }

    public Task<ImmutableArray<string>> RemoveExemptAsync(AccessScope scope, string network, string why, CancellationToken cancel)
    {
        scope.DemandEverywhere(AccessRights.Block);
        if (!NetworkPrefix.TryParse(network.Trim(), out var prefix))
            throw new BadRequestException($"'{network}' is not an address or a network");
        return AuditedAct.RunAsync<ImmutableArray<string>>(
            audit,
            AuditDraft.Of(scope, "exempt.remove", null, $"{prefix}", why),
            async () =>
                [await AskAsync(new BlockCommands.EndExemption(FirewallLedger.Network(prefix), new Author(scope.Who, why)), cancel).ConfigureAwait(false)],
            Outcome,
            cancel
        );
    }

    private static string Outcome(ImmutableArray<string> answers) => string.Join("; ", answers);

    private async Task<string> AskAsync(object order, CancellationToken cancel)
    {
        var answer = await Answers.AskAsync<BlockCommands.Answer>(node, node.Firewall, order, cancel).ConfigureAwait(false);
        return answer.Done ? answer.Text : throw new BadRequestException(answer.Text);
    }

    private static NetworkPrefix Read(string network)
    {
        if (!NetworkPrefix.TryParse(network.Trim(), out var prefix))
            throw new BadRequestException($"'{network}' is not an address or a network");
        try
        {
            return BlockScope.Of(prefix);
        }
        catch (ArgumentException impossible)
        {
            throw new BadRequestException(impossible.Message);
        }
    }

    private static void DemandView(AccessScope scope)
    {
        if (!scope.May(AccessRights.View))
            throw new AccessDeniedException("this needs the right to view");
    }

    private bool Reaches(AccessScope scope, UserId user) => scope.Reaches(user, node.Policies.Current.SiteOf(user));

    private static bool Matches(BlockQuery query, string node, params ReadOnlySpan<string> texts)
    {
        if (query.Node is { Length: > 0 } wanted && wanted != node)
            return false;
        if (string.IsNullOrWhiteSpace(query.Search))
            return true;
        foreach (var text in texts)
        {
            if (text.Contains(query.Search.Trim(), StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    private static Page<T> PageOf<T>(IEnumerable<T> rows, BlockQuery query)
    {
        var all = rows.ToArray();
        return new Page<T>([.. all.Skip(Math.Max(0, query.Offset)).Take(Math.Max(1, query.Limit))], all.Length, query.Offset);
    }
}
