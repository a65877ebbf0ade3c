using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;
using Guard.Host.Configuration;
using Guard.Host.Enforcement.Locks;
using Guard.Messages.Identity;

namespace Guard.Host.Enforcement.Helping;

/// <summary>A request that the helper does not carry out; the message says why.</summary>
public sealed class RefusedRequestException(string message) : Exception(message);

/// <summary>Looks at every argument of a request as if the daemon were in a thief's hands.</summary>
internal static class RequestChecks
{
    private const int MaxItems = 10_000;
    private const int LongestReason = 500;
    private const int MaxAtHome = 1_000;
    private const int LongestId = 64;

    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    public static NetworkPrefix Network(string text)
    {
        if (text.Length > 64 || !NetworkPrefix.TryParse(text, out var network))
            throw new RefusedRequestException("a network is none");
        try
        {
            return BlockScope.Of(network);
        }
        catch (ArgumentException impossible)
        {
            throw new RefusedRequestException(impossible.Message.Split(" (Parameter")[0]);
        }
    }

    /// <summary>Networks that root's own settings exempt stay free, whatever the daemon says; the others of the request do not wait for it.</summary>
    public static (WantedBlock[] Allowed, RefusedItem[] Refused) Blocks(IReadOnlyList<BlockItem> items, BlockPolicy policy, DateTimeOffset now)
    {
        var (allowed, refused) = (new List<WantedBlock>(items.Count), new List<RefusedItem>());
        foreach (var block in Bounded(items).Select(item => Block(item, now)))
        {
            if (Exemptions.Touched(block.Network, policy) is { } exempt)
                refused.Add(new RefusedItem(block.Network.ToString(), $"{block.Network} touches {exempt}, which is never blocked"));
            else
                allowed.Add(block);
        }
        return ([.. allowed], [.. refused]);
    }

    private static WantedBlock Block(BlockItem item, DateTimeOffset now)
    {
        var network = Network(item.Network);
        if (item.Until > now + Longest)
            throw new RefusedRequestException($"{network}: a block lasts at most {Longest.TotalDays:0} days");
        return new WantedBlock(network, item.Until, Reason(item.Reason)) { AtHome = Math.Clamp(item.AtHome, 0, MaxAtHome) };
    }

    public static WantedLock Lock(LockItem item) => new(User(item.User), item.Until, Reason(item.Reason)) { Grade = item.Grade };

    public static UserId User(string text, ToolNameUse use = ToolNameUse.Table) =>
        ToolName.FaultOf(text, use) is { } fault ? throw new RefusedRequestException(fault) : new UserId(text);

    public static HashSet<string> Ids(IReadOnlyList<string> ids) =>
        // Postfix takes ALL for everybody's mail.
        ids.All(id => id != "ALL" && id.Length is > 0 and <= LongestId && id.All(char.IsAsciiLetterOrDigit))
            ? new HashSet<string>(Bounded(ids), StringComparer.Ordinal)
            : throw new RefusedRequestException("a queue id is none");

    public static IReadOnlyList<T> Bounded<T>(IReadOnlyList<T> items) =>
        items.Count <= MaxItems ? items : throw new RefusedRequestException($"{items.Count} items at once are too many; {MaxItems} are taken");

    public static string Reason(string text)
    {
        var cut = text.Length > LongestReason ? text[..LongestReason] : text;
        return Printable.Of(new string([.. cut.Select(c => char.IsControl(c) ? ' ' : c)]));
    }
}
