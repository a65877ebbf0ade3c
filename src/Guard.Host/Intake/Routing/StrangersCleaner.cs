using System.Data.Common;
using Akka.Actor;
using Guard.Actors.Users;
using Guard.Messages.Identity;
using Serilog;

namespace Guard.Host.Intake.Routing;

/// <summary>
/// Removes what earlier versions kept of names that only ever failed. It goes once through all accounts, slowly, beside everything else, remembers how far it
/// came, and ends for ever.
/// </summary>
internal sealed class StrangersCleaner(ActorSystem system, KnownAccounts accounts, StoredAccounts stored, Func<UserId, bool> isListed, string file, ILogger log)
{
    private const int AtOnce = 64;
    private const string Finished = "finished";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ReadWithin = TimeSpan.FromSeconds(20);

    /// <summary>Names that were removed.</summary>
    public long Removed { get; private set; }

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            var after = File.Exists(file) ? await File.ReadAllTextAsync(file, stop).ConfigureAwait(false) : "";
            if (after == Finished)
                return;
            var readers = system.ActorOf(Props.Create(() => new UserReaders()), "strangers-readers");
            while (await stored.AfterAsync(after, AtOnce).ConfigureAwait(false) is { } page)
            {
                await CleanAsync(readers, page.Users, stop).ConfigureAwait(false);
                after = page.Position;
                await File.WriteAllTextAsync(file, after, stop).ConfigureAwait(false);
                await Task.Delay(Pause, stop).ConfigureAwait(false);
            }
            await File.WriteAllTextAsync(file, Finished, stop).ConfigureAwait(false);
            system.Stop(readers);
            if (Removed > 0)
                log.Information("{Count} names that only ever failed to log in were removed from the journal; their room is used again", Removed);
        }
        catch (OperationCanceledException)
        {
            // Goes on at the next start.
        }
        catch (Exception failure) when (failure is DbException or IOException or UnauthorizedAccessException)
        {
            log.Warning("Names that only ever failed to log in could not all be removed: {Reason:l}; it goes on at the next start", failure.Message);
        }
    }

    private async Task CleanAsync(IActorRef readers, IReadOnlyList<UserId> users, CancellationToken stop)
    {
        var gone = new List<(UserId User, long Number)>();
        foreach (var read in await Task.WhenAll(users.Where(user => !isListed(user)).Select(user => ReadAsync(readers, user, stop))).ConfigureAwait(false))
        {
            if (read is { State.IsFounded: false } stranger)
                gone.Add((stranger.State.User, stranger.Number));
        }
        if (gone.Count == 0)
            return;
        await stored.DeleteAsync(gone).ConfigureAwait(false);
        foreach (var (user, _) in gone)
            accounts.Remove(user);
        Removed += gone.Count;
    }

    /// <summary>Null when an account cannot be read: then nothing of it is touched.</summary>
    private static async Task<UserRead?> ReadAsync(IActorRef readers, UserId user, CancellationToken stop)
    {
        try
        {
            return await readers.Ask<UserRead>(new UserReaders.ReadNumbered(user), ReadWithin, stop).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            return null;
        }
    }
}
