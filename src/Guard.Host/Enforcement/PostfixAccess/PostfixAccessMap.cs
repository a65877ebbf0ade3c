using Guard.Host.Enforcement.Locks;
using Guard.Host.Platform;
using Guard.Host.Texts;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Host.Enforcement.PostfixAccess;

/// <summary>
/// Refuses accounts the sending of mail in a map for Postfix's <c>check_sasl_access</c>. The login itself still succeeds, and reading mail stays
/// possible. Indexed maps count at once; a texthash is read again only on a reload.
/// </summary>
/// <param name="type">hash, lmdb, cdb, btree or texthash, as in main.cf.</param>
/// <param name="configuration">Another configuration directory than the usual one; an absolute path, or Postfix would not find its running self.</param>
public sealed class PostfixAccessMap(IProcessRunner runner, string path, string type = "hash", AccountLogins? logins = null, string? configuration = null)
    : IAccountLock
{
    private readonly AccountTable _table = new(path, "postfix", logins ?? AccountLogins.Full, (entry, name) => $"{name} REJECT {Text(entry)}");

    /// <summary>It stops sending and nothing else.</summary>
    public bool Carries(LockGrade grade) => grade is LockGrade.Everything or LockGrade.Sending;

    public async Task<IReadOnlyCollection<RefusedLock>> Apply(
        IReadOnlyCollection<WantedLock> add,
        IReadOnlyCollection<UserId> remove,
        CancellationToken cancellation = default
    )
    {
        var (_, refused) = _table.Change(add, remove);
        // Also when the text stayed as it was: the index may be missing or older, and making it again harms nobody.
        var request = type == "texthash" ? Request("postfix", "reload") : Request("postmap", $"{type}:{path}");
        var before = File.GetLastWriteTimeUtc(Index);
        var outcome = await runner.Run(request, cancellation).ConfigureAwait(false);
        if (!outcome.Succeeded)
            throw new EnforcementException($"{request.Program} {request.Arguments[^1]} failed: {outcome.Complaint}");
        Distinguish(before);
        return refused;
    }

    /// <summary>What postmap makes of the map.</summary>
    private string Index => path + (type is "lmdb" or "cdb" ? $".{type}" : ".db");

    /// <summary>
    /// Postfix's processes find a map changed by the full second of its time (dict_changed_name in its sources), and postmap writes into the same file: one
    /// that was opened in the second in which the map changes again would go on with what it read for as long as it lives. So each version has a later second
    /// than the one before.
    /// </summary>
    private void Distinguish(DateTime before)
    {
        if (!File.Exists(Index))
            return;
        var (last, now) = (Second(before), Second(File.GetLastWriteTimeUtc(Index)));
        if (now > last)
            return;
        try
        {
            File.SetLastWriteTimeUtc(Index, DateTime.UnixEpoch.AddSeconds(last + 1));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new EnforcementException($"{Index} cannot be marked as changed: {failure.Message}");
        }
    }

    private static long Second(DateTime time) => (long)Math.Floor((time - DateTime.UnixEpoch).TotalSeconds);

    public Task<IReadOnlyCollection<StandingLock>> List(CancellationToken cancellation = default) => Task.FromResult(_table.Standing());

    private ProcessRequest Request(string program, string argument) =>
        configuration is null ? new ProcessRequest(program, argument) : new ProcessRequest(program, "-c", configuration, argument);

    // The sender reads this; the reason is the administrator's.
    private static string Text(WantedLock entry) =>
        entry.Until is { } until
            ? $"this account is locked until {IncidentText.Time(until)} UTC; please ask your administrator"
            : "this account is locked; please ask your administrator";
}
