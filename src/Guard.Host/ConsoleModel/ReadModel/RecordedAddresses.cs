using System.Collections.Immutable;
using Akka.Actor;
using Guard.Actors.Behaviour;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;
using Guard.Host.Archive;
using Guard.Host.ConsoleModel.Audit;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.ConsoleModel.Store;
using Guard.Host.Geo;
using Guard.Host.Node;
using Guard.Messages.Addresses;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Places;
using Guard.Messages.Policies;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>Puts together what is known of an address: use from the archive, blocks from the ledger, acts from the audit, lists from policies.</summary>
/// <param name="exempt">Networks that the configuration never blocks.</param>
/// <param name="archive">Null when none is kept.</param>
internal sealed class RecordedAddresses(
    RecordsDatabase database,
    InspectedNode node,
    IPlaceLookup places,
    IBlocksAndLocks blocks,
    IAuditLog audit,
    ImmutableArray<NetworkPrefix> exempt,
    ArchiveReader? archive
) : IAddressDirectory
{
    private const int MaxHistory = 50;

    public async Task<AddressDetail> GetAsync(AccessScope scope, string network, CancellationToken cancel)
    {
        if (!scope.May(AccessRights.View))
            throw new AccessDeniedException("this needs the right to view");
        if (!NetworkPrefix.TryParse(network.Trim(), out var prefix))
            throw new BadRequestException($"'{network}' is not an address or a network");
        var single = prefix.Length == (prefix.Network.IsIPv4 ? 32 : 128);
        var use = archive is null ? Task.FromResult<(ImmutableArray<AddressAccount>, DateOnly?, bool)>(([], null, true)) : UseAsync(scope, prefix, cancel);
        // A network's place is that of its first address.
        var place = places.Find(prefix.Network);
        var standing = (await blocks.BlocksAsync(scope, new BlockQuery(Limit: int.MaxValue), cancel).ConfigureAwait(false)).Items;
        var history = await NotedAsync(scope, prefix, single, cancel).ConfigureAwait(false);
        history.AddRange(await ActsAsync(scope, prefix, cancel).ConfigureAwait(false));
        var (accounts, since, complete) = await use.ConfigureAwait(false);
        return new AddressDetail(
            single ? $"{prefix.Network}" : $"{prefix}",
            Blockable(prefix),
            Word(place.Kind),
            place.Country,
            place.Asn,
            [.. Enum.GetValues<AnonymousNetwork>().Where(flag => flag != AnonymousNetwork.None && place.Anonymous.HasFlag(flag)).Select(flag => Word(flag))],
            accounts,
            [.. standing.Where(block => Touches(prefix, block.Network))],
            scope.Everything ? await OffencesAsync(prefix, cancel).ConfigureAwait(false) : 0,
            [.. history.OrderByDescending(one => one.At).Take(MaxHistory)],
            await ListsAsync(scope, prefix, cancel).ConfigureAwait(false),
            single && scope.Everything ? await AttemptsAsync(prefix.Network, cancel).ConfigureAwait(false) : null,
            since,
            complete
        );
    }

    /// <summary>On a thread of its own: it reads files for as long as somebody waits.</summary>
    private Task<(ImmutableArray<AddressAccount> Accounts, DateOnly? Since, bool Complete)> UseAsync(
        AccessScope scope,
        NetworkPrefix prefix,
        CancellationToken cancel
    ) =>
        Task.Factory.StartNew(
            () =>
                AddressUse.Read(
                    archive!,
                    prefix,
                    scope is { Everything: false, Accounts.IsEmpty: true, Sites.Count: 1 } ? scope.Sites.First() : null,
                    (user, site) => scope.Reaches(user, site),
                    cancel
                ),
            cancel,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );

    private static string Blockable(NetworkPrefix prefix)
    {
        try
        {
            return Short(BlockScope.Of(prefix));
        }
        catch (ArgumentException)
        {
            return "";
        }
    }

    private static string Short(NetworkPrefix prefix) => prefix.Network.IsIPv4 && prefix.Length == 32 ? $"{prefix.Network}" : $"{prefix}";

    private static bool Touches(NetworkPrefix prefix, string network) => NetworkPrefix.TryParse(network, out var other) && Touches(prefix, other);

    private static bool Touches(NetworkPrefix one, NetworkPrefix other) =>
        one.Length <= other.Length ? one.Contains(other.Network) : other.Contains(one.Network);

    /// <summary>Blocks and alarms that accounts brought about.</summary>
    private async Task<List<AddressHistory>> NotedAsync(AccessScope scope, NetworkPrefix prefix, bool single, CancellationToken cancel)
    {
        var conditions = new SqlConditions();
        conditions.Also($"kind = {(int)TimelineKind.Block}");
        if (single)
            conditions.Equal("address", $"{prefix.Network}");
        var rows = await database
            .ReadAsync(
                connection =>
                    RecordsDatabase.QueryAsync(
                        connection,
                        null,
                        $"SELECT at, user_name, address, reasons FROM console_notable {conditions.Where} ORDER BY at DESC LIMIT 10000",
                        row => (At: row.GetInt64(0), User: new UserId(row.GetString(1)), Address: row.GetString(2), Reasons: row.GetString(3)),
                        cancel,
                        conditions.Parameters
                    ),
                cancel
            )
            .ConfigureAwait(false);
        return
        [
            .. rows.Where(row => Touches(prefix, row.Address) && scope.Reaches(row.User, node.Policies.Current.SiteOf(row.User)))
                .Take(MaxHistory)
                .Select(row =>
                {
                    var reasons = ReasonsJson.Read(row.Reasons);
                    return new AddressHistory(
                        DateTimeOffset.FromUnixTimeMilliseconds(row.At),
                        "block",
                        row.User.Value,
                        string.Join("; ", reasons.Select(reason => reason.Text))
                    )
                    {
                        Reasons = reasons,
                    };
                }),
        ];
    }

    /// <summary>What people did, for whoever may read the audit of the whole server.</summary>
    private async Task<IEnumerable<AddressHistory>> ActsAsync(AccessScope scope, NetworkPrefix prefix, CancellationToken cancel)
    {
        if (!scope.Everything || !scope.May(AccessRights.Audit))
            return [];
        var text = $"{prefix.Network}";
        var acts = new List<AddressHistory>();
        foreach (var act in new[] { "block.", "exempt." })
        {
            var found = await audit.QueryAsync(scope, new AuditQuery(text, Act: act, Limit: MaxHistory), cancel).ConfigureAwait(false);
            acts.AddRange(
                found
                    .Items.Where(entry => entry.Outcome != AuditedAct.Begun && Touches(prefix, entry.Subject))
                    .Select(entry => new AddressHistory(
                        entry.At,
                        entry.Act,
                        entry.Who,
                        string.Join("; ", new[] { entry.Detail, entry.Outcome == "done" ? "" : entry.Outcome }.Where(part => part.Length > 0))
                    ))
            );
        }
        return acts;
    }

    private async Task<int> OffencesAsync(NetworkPrefix prefix, CancellationToken cancel)
    {
        var ledger = await Answers.AskAsync<FirewallSnapshot>(node, node.Firewall, new BlockCommands.List(), cancel).ConfigureAwait(false);
        return ledger.Offenders.Where(offender => Touches(prefix, FirewallLedger.Prefix(offender.Network))).Select(offender => offender.Offences).Sum();
    }

    private async Task<ImmutableArray<AddressListing>> ListsAsync(AccessScope scope, NetworkPrefix prefix, CancellationToken cancel)
    {
        var lists = ImmutableArray.CreateBuilder<AddressListing>();
        var book = node.Policies.Current;
        if (scope.Everything)
        {
            foreach (var row in await blocks.ExemptAsync(scope, cancel).ConfigureAwait(false))
            {
                if (Touches(prefix, row.Network))
                    lists.Add(new AddressListing("exempt", row.Network, row.By));
            }
            lists.AddRange(
                exempt.Where(one => Touches(prefix, one)).Select(one => new AddressListing("configured-exempt", $"{one}", "enforcement.firewall.exempt"))
            );
            lists.AddRange(Named(prefix, book.Default.Places, "default"));
        }
        foreach (var site in book.Sites.Values.Where(site => scope.Reaches(site.Site)))
            lists.AddRange(Named(prefix, site.Policy.Places, site.Site.Value));
        return lists.ToImmutable();
    }

    private static IEnumerable<AddressListing> Named(NetworkPrefix prefix, PlacesPolicy places, string where) =>
        places
            .Usual.Where(word => Touches(prefix, word))
            .Select(word => new AddressListing("usual", word, where))
            .Concat(places.Suspicious.Where(word => Touches(prefix, word)).Select(word => new AddressListing("suspicious", word, where)));

    private async Task<AddressAttemptCount?> AttemptsAsync(NetworkAddress address, CancellationToken cancel)
    {
        if (node.Regions.Addresses.IsNobody())
            return null;
        var status = await Answers
            .AskAsync<AddressStatus>(node, node.Regions.Addresses, new AddressCommands.GetStatus(AddressKeys.BucketOf(address), address), cancel)
            .ConfigureAwait(false);
        return new AddressAttemptCount(status.Failures, status.Accounts, status.NetworkFailures, status.AtHome);
    }

    private static string Word(Enum value) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
