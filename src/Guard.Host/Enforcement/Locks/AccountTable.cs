using Guard.Host.Configuration;
using Guard.Host.Platform;
using Guard.Messages.Identity;

namespace Guard.Host.Enforcement.Locks;

/// <summary>A file with a line for each name of a locked account, which a daemon reads.</summary>
/// <param name="reader">The group that the daemon reads it with.</param>
internal sealed class AccountTable(string path, string reader, AccountLogins logins, Func<WantedLock, string, string> line)
{
    public IReadOnlyCollection<StandingLock> Standing() =>
        [.. OwnedEntries.Parse(File.Exists(path) ? File.ReadAllText(path) : "").Own.Values.Select(entry => new StandingLock(entry.User, entry.Until))];

    /// <summary>Changes the file, or leaves it alone when nothing would change in it.</summary>
    public (bool Written, IReadOnlyCollection<RefusedLock> Refused) Change(IReadOnlyCollection<WantedLock> add, IReadOnlyCollection<UserId> remove)
    {
        var faults = add.Select(entry => (entry, Fault: FaultOf(entry.User))).ToArray();
        var refused = faults.Where(one => one.Fault is not null).Select(one => new RefusedLock(one.entry.User, one.Fault!)).ToArray();
        try
        {
            var before = File.Exists(path) ? File.ReadAllText(path) : null;
            var after = OwnedEntries.Parse(before ?? "").With(faults.Where(one => one.Fault is null).Select(one => one.entry), remove).Render(Names, line);
            if (after == before)
                return (false, refused);
            AtomicFile.Write(path, after, AtomicFile.ForAll, laterThanBefore: true, reader);
            return (true, refused);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new EnforcementException($"the table of locked accounts {path} cannot be written: {failure.Message}", failure);
        }
    }

    private string? FaultOf(UserId user) => ToolName.FaultOf(user.Value, ToolNameUse.Table) ?? (Names(user).Count == 0 ? logins.Missing(user) : null);

    private IReadOnlyList<string> Names(UserId user) => [.. logins.Of(user).Where(name => ToolName.FaultOf(name, ToolNameUse.Table) is null)];
}
