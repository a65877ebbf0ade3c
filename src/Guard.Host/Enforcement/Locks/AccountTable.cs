using Guard.Host.Configuration;
using Guard.Host.Platform;
using Guard.Messages.Identity;

namespace Guard.Host.Enforcement.Locks;

/// <summary>A file with a line for each locked account, which a daemon reads.</summary>
internal sealed class AccountTable(string path, LoginNames names, Func<WantedLock, string> line)
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public IReadOnlyCollection<StandingLock> Standing() => [.. Read().Own.Values.Select(entry => new StandingLock(entry.User, entry.Until))];

    /// <summary>Changes the file, or leaves it alone when nothing would change in it.</summary>
    public (bool Written, IReadOnlyCollection<RefusedLock> Refused) Change(IReadOnlyCollection<WantedLock> add, IReadOnlyCollection<UserId> remove)
    {
        var faults = add.Select(entry => (entry, Fault: LoginNameRules.FaultInTable(names.Of(entry.User)) ?? LoginNameRules.FaultInTable(entry.User.Value))).ToArray();
        var refused = faults.Where(one => one.Fault is not null).Select(one => new RefusedLock(one.entry.User, one.Fault!)).ToArray();
        try
        {
            var before = File.Exists(path) ? File.ReadAllText(path) : null;
            var after = OwnedEntries.Parse(before ?? "", names).With(faults.Where(one => one.Fault is null).Select(one => one.entry), remove).Render(line);
            if (after == before)
                return (false, refused);
            AtomicFile.Write(path, after, Readable, laterThanBefore: true);
            return (true, refused);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new EnforcementException($"the table of locked accounts {path} cannot be written: {failure.Message}", failure);
        }
    }

    private OwnedEntries Read() => OwnedEntries.Parse(File.Exists(path) ? File.ReadAllText(path) : "", names);
}
