using System.Collections.Immutable;
using System.Globalization;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;
using Guard.Host.ConsoleModel.Audit;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.ConsoleModel.Policies;
using Guard.Host.Geo;
using Guard.Host.Inspection;
using Guard.Host.Node;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Inspection;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>Blocks and locks of every node, by the inspection vocabulary, which gathers from all of them.</summary>
internal sealed class BlocksAndLocks(InspectedNode node, Inspector inspector, IPlaceLookup places, IAuditLog audit) : IBlocksAndLocks
{
    public async Task<Page<BlockRow>> BlocksAsync(AccessScope scope, BlockQuery query, CancellationToken cancel)
    {
        DemandView(scope);
        var items = await Answers.InspectAsync(inspector, ["blocks", "list"], cancel).ConfigureAwait(false);
        var rows = items.Where(item => item.Note.Length == 0).Select(item => item.Cells)
            .Select(cells => new BlockRow(cells[0].Text, cells[1].Text, cells[2].Time, cells[4].Text, cells[3].Text, CountryOf(cells[1].Text)))
            .Where(row => scope.Everything || (row.By.Contains('@', StringComparison.Ordinal) && Reaches(scope, new UserId(row.By))))
            .Where(row => Matches(query, row.Node, row.Network, row.By, row.Reason));
        return PageOf(rows, query);
    }

    public async Task<Page<LockRow>> LocksAsync(AccessScope scope, BlockQuery query, CancellationToken cancel)
    {
        DemandView(scope);
        var items = await Answers.InspectAsync(inspector, ["locks", "list"], cancel).ConfigureAwait(false);
        var rows = items.Where(item => item.Note.Length == 0).Select(item => item.Cells)
            .Select(cells => new LockRow(
                cells[0].Text, new UserId(cells[1].Text), node.Policies.Current.SiteOf(new UserId(cells[1].Text)), cells[2].Time, cells[3].Kind == CellKind.Time ? cells[3].Time : null, cells[4].Text))
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
        var seconds = ((long)hold.TotalSeconds).ToString(CultureInfo.InvariantCulture) + "s";
        return AuditedAct.RunAsync(audit, AuditDraft.Of(scope, "block.add", null, $"{prefix}", $"for {hold:g}; {why}"), () => OrderAsync(["blocks", "add", $"{prefix}", seconds], cancel), cancel);
    }

    public Task<ImmutableArray<string>> LiftAsync(AccessScope scope, string network, string why, CancellationToken cancel)
    {
        scope.DemandEverywhere(AccessRights.Block);
        var prefix = Read(network);
        return AuditedAct.RunAsync(audit, AuditDraft.Of(scope, "block.lift", null, $"{prefix}", why), () => OrderAsync(["blocks", "remove", $"{prefix}"], cancel), cancel);
    }

    public async Task<ImmutableArray<ExemptRow>> ExemptAsync(AccessScope scope, CancellationToken cancel)
    {
        scope.DemandEverywhere(AccessRights.View);
        var ledger = await Answers.AskAsync<FirewallSnapshot>(node, node.Firewall, new BlockCommands.List(), cancel).ConfigureAwait(false);
        return [.. ledger.Exempt.OrderBy(exempt => exempt.Since).Select(exempt => new ExemptRow(FirewallLedger.Prefix(exempt.Network).ToString(), exempt.Since, exempt.Until, exempt.Reason, exempt.By))];
    }

    public async Task<ImmutableArray<string>> AddExemptAsync(AccessScope scope, string list, TimeSpan? hold, string why, CancellationToken cancel)
    {
        scope.DemandEverywhere(AccessRights.Block);
        if (hold < TimeSpan.FromMinutes(1))
            throw new BadRequestException("an exemption lasts a minute at least");
        var read = new ListImport().Read(ImportKind.Networks, list);
        if (read.Mistakes.Length > 0)
            throw new BadRequestException(string.Join("; ", read.Mistakes.Take(5).Select(mistake => $"line {mistake.Line}: '{mistake.Text}' {mistake.Problem}")));
        if (read.Words.IsEmpty)
            throw new BadRequestException("there is no network in it");
        NetworkPrefix[] networks = [.. read.Words.Select(word => NetworkPrefix.TryParse(word, out var network) ? network : default)];
        return await AuditedAct.RunAsync(audit, AuditDraft.Of(scope, "exempt.add", null, networks.Length == 1 ? $"{networks[0]}" : $"{networks.Length} networks", why), async () =>
        {
            var answers = ImmutableArray.CreateBuilder<string>();
            foreach (var network in networks)
                answers.Add(await AskAsync(new BlockCommands.Exempt(FirewallLedger.Network(network), hold, why, scope.Who), cancel).ConfigureAwait(false));
            return answers.ToImmutable();
        }, cancel).ConfigureAwait(false);
    }

    public Task<ImmutableArray<string>> RemoveExemptAsync(AccessScope scope, string network, string why, CancellationToken cancel)
    {
        scope.DemandEverywhere(AccessRights.Block);
        if (!NetworkPrefix.TryParse(network.Trim(), out var prefix))
            throw new BadRequestException($"'{network}' is not an address or a network");
        return AuditedAct.RunAsync<ImmutableArray<string>>(audit, AuditDraft.Of(scope, "exempt.remove", null, $"{prefix}", why),
            async () => [await AskAsync(new BlockCommands.EndExemption(FirewallLedger.Network(prefix), scope.Who), cancel).ConfigureAwait(false)], cancel);
    }

    private async Task<string> AskAsync(object order, CancellationToken cancel)
    {
        var answer = await Answers.AskAsync<BlockCommands.Answer>(node, node.Firewall, order, cancel).ConfigureAwait(false);
        return answer.Done ? answer.Text : throw new BadRequestException(answer.Text);
    }

    private async Task<ImmutableArray<string>> OrderAsync(string[] words, CancellationToken cancel)
    {
        var items = await Answers.InspectAsync(inspector, words, cancel).ConfigureAwait(false);
        ImmutableArray<string> answers = [.. items.Select(item => item.Note.Length > 0 ? item.Note : $"{item.Cells[0].Text}: {item.Cells[3].Text}")];
        // Where no node did it, it was not done.
        if (!items.Any(item => item.Note.Length == 0 && item.Cells[2].Text == "yes"))
            throw new BadRequestException(string.Join("; ", answers));
        return answers;
    }

    private static NetworkPrefix Read(string network)
    {
        if (!NetworkPrefix.TryParse(network.Trim(), out var prefix))
            throw new BadRequestException($"'{network}' is not an address or a network");
        try
        {
            return Guard.Actors.Enforcement.Blocking.BlockScope.Of(prefix);
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

    private string CountryOf(string network) => NetworkPrefix.TryParse(network, out var prefix) ? places.Find(prefix.Network).Country : "";

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
