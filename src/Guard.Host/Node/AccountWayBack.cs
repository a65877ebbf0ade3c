using System.Collections.Immutable;
using Guard.Host.Texts;
using Guard.Messages;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Users;

namespace Guard.Host.Node;

/// <summary>What the way back of an account ends, and what stays; in words, before it is done or after.</summary>
/// <param name="Message">What the account itself answered; empty before it is done.</param>
public sealed record WayBack(UserId User, string Message, ImmutableArray<string> Ends, ImmutableArray<string> Stays)
{
    /// <summary>All of it, a line each.</summary>
    public IEnumerable<string> Lines =>
        [
            .. Message.Length > 0 ? (string[])[Message] : [],
            .. Ends.Select(end => Message.Length > 0 ? $"ended: {end}" : $"ends: {end}"),
            .. Stays.Select(stay => $"stays: {stay}"),
        ];
}

/// <summary>Releases and absolves accounts, and says what that undoes: the reaction, its lock, the blocks and limits that it caused.</summary>
public static class AccountWayBack
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>What a release would end and leave. Nothing is changed.</summary>
    /// <exception cref="InspectionException">The account or a ledger does not answer.</exception>
    public static async Task<WayBack> LookAsync(InspectedNode node, UserId user, CancellationToken cancel)
    {
        var status = await node.AskAsync<UserStatus>(node.Regions.Users, new UserCommands.GetStatus(user), cancel).ConfigureAwait(false);
        var (ends, stays) = (ImmutableArray.CreateBuilder<string>(), ImmutableArray.CreateBuilder<string>());
        if (status.Rung != Rung.Normal)
            ends.Add($"the reaction: {IncidentText.Name(status.Rung)}, {IncidentText.Consequence(status.Rung, status.Until, status.Mode, status.Grade)}");
        if (await LockOfAsync(node, user, cancel).ConfigureAwait(false) is { } locked)
            ends.Add($"the lock ({locked.Grade.ToString().ToLowerInvariant()}){Where(node)}");
        var blocks = await node.AskAsync<FirewallSnapshot>(node.Firewall, new BlockCommands.List(), cancel).ConfigureAwait(false);
        foreach (var (block, what) in Caused(blocks, user))
        {
            var others = block.Also.Insert(0, block.By).Where(one => one != user.Value).ToArray();
            if (others.Length == 0)
                ends.Add($"{Text(block.Network)} {what} until {IncidentText.Time(block.Until)} UTC");
            else
                stays.Add($"{Text(block.Network)} {what}: {(others.Length == 1 ? "another account wants" : $"{others.Length} other accounts want")} it too");
        }
        if (status.SiteRung > Rung.Normal)
            stays.Add($"its site {status.Site.Value} at {IncidentText.Name(status.SiteRung)}: accountguard site {status.Site.Value}");
        foreach (var planned in status.Planned.IsDefault ? [] : status.Planned.Where(planned => !planned.OfSite))
            stays.Add($"what was announced: {PlannedText.Of(planned.Planned)}");
        if ((await AccountStanding.HeldAsync(node, user, cancel).ConfigureAwait(false)).GetValueOrDefault(user) is var held and > 0)
            stays.Add(HeldText(user, held));
        return new WayBack(user, "", ends.ToImmutable(), stays.ToImmutable());
    }

    /// <summary>Asks an account to end its reaction, and waits until what that caused is lifted.</summary>
    /// <exception cref="InspectionException">The account or a ledger does not answer.</exception>
    public static async Task<WayBack> RunAsync(InspectedNode node, IWithUserId command, CancellationToken cancel)
    {
        var before = await LookAsync(node, command.User, cancel).ConfigureAwait(false);
        var done = await node.AskAsync<Done>(node.Regions.Users, command, cancel).ConfigureAwait(false);
        var until = DateTimeOffset.UtcNow + Patience;
        var after = before;
        while (true)
        {
            after = await LookAsync(node, command.User, cancel).ConfigureAwait(false);
            if (after.Ends.IsEmpty || before.Ends.IsEmpty || DateTimeOffset.UtcNow >= until)
                break;
            await Task.Delay(Pause, cancel).ConfigureAwait(false);
        }
        return new WayBack(
            command.User,
            done.Message,
            before.Ends.RemoveAll(after.Ends.Contains),
            [.. after.Ends.Select(end => $"{end}: not lifted yet, it is tried again"), .. after.Stays]
        );
    }

    /// <summary>How many there are, and the commands for either end.</summary>
    public static string HeldText(UserId user, int held) =>
        $"{held} {(held == 1 ? "mail" : "mails")} held in the queue; none is sent before somebody says so: accountguard queue list {user.Value}, {HeldHow(user)}";

    /// <summary>The commands for either end of held mail.</summary>
    public static string HeldHow(UserId user) => $"accountguard queue release {user.Value} sends, accountguard queue delete {user.Value} deletes";

    private static IEnumerable<(StandingBlockEntry Block, string What)> Caused(FirewallSnapshot blocks, UserId user) =>
        blocks
            .Standing.Where(block => block.IsOf(user.Value))
            .Select(block => (block, "blocked in the firewall"))
            .Concat(blocks.Limited.Where(block => block.IsOf(user.Value)).Select(block => (block, "slowed down in the firewall")));

    private static async Task<LockEntry?> LockOfAsync(InspectedNode node, UserId user, CancellationToken cancel)
    {
        if (node.Locks is not { } locks)
            return null;
        var ledger = await node.AskAsync<LockSnapshot>(locks, new LockCommands.List(), cancel).ConfigureAwait(false);
        return ledger.Entries.FirstOrDefault(entry => entry.Locked && entry.User == user);
    }

    private static string Where(InspectedNode node) => node.LockNames.IsEmpty ? "" : $" in {string.Join(", ", node.LockNames)}";

    private static string Text(BlockedNetwork network) => $"{network.Address}/{network.Length}";
}
