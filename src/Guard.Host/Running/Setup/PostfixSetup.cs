using System.Net;
using Guard.Host.Platform;

namespace Guard.Host.Running.Setup;

/// <summary>
/// Writes the guard's lines into Postfix's configuration by postconf(1), and takes them out again: byte for byte while nobody else changed it.
/// </summary>
internal sealed class PostfixSetup(MachineFiles machine, IProcessRunner runner)
{
    private const string Directory = "/etc/postfix";

    private readonly KeptFiles _kept = new(machine, Directory, "main.cf", "master.cf");

    public bool IsApplied => _kept.Any;

    public bool IsHere => machine.Has($"{Directory}/main.cf") && machine.HasProgram("postconf");

    /// <summary>hash or lmdb, by how this Postfix was built.</summary>
    public async Task<string> MapTypeAsync(CancellationToken cancellation) =>
        (await AskAsync(["-h", "default_database_type"], cancellation).ConfigureAwait(false)).Trim() is "lmdb" ? "lmdb" : "hash";

    public async Task<IReadOnlyList<PostfixChange>> PlanAsync(EndPoint policy, CancellationToken cancellation) =>
        PostfixLines.Of(
            await AskAsync(["-M"], cancellation).ConfigureAwait(false),
            await AskAsync(["-P"], cancellation).ConfigureAwait(false),
            await AskAsync([.. PostfixLines.Asked], cancellation).ConfigureAwait(false) + await AskAsync(["-n"], cancellation).ConfigureAwait(false),
            MailServerLines.Ask(policy),
            MailServerLines.HeedLocks(await MapTypeAsync(cancellation).ConfigureAwait(false))
        );

    /// <exception cref="EnforcementException">Postfix does not take it; its files are as they were.</exception>
    public async Task ApplyAsync(IReadOnlyList<PostfixChange> changes, CancellationToken cancellation)
    {
        _kept.Keep();
        var now = _kept.Read();
        try
        {
            await MakeMapAsync(cancellation).ConfigureAwait(false);
            await SayAsync(changes, cancellation).ConfigureAwait(false);
            await runner.MustAsync(new ProcessRequest("postfix", "check"), cancellation).ConfigureAwait(false);
        }
        catch (EnforcementException)
        {
            _kept.Write(now);
            throw;
        }
        _kept.Note(now);
        await ReloadAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Which files are as they were before, byte for byte, and from which only the guard's lines were taken.</summary>
    /// <exception cref="EnforcementException">Postfix does not take it.</exception>
    public async Task<IReadOnlyList<string>> UndoAsync(CancellationToken cancellation)
    {
        var edited = _kept.IsEdited;
        var said = _kept.PutBack().Select(file => $"{file} is as it was").ToList();
        if (edited)
        {
            await SayAsync(
                    PostfixLines.Without(
                        await AskAsync(["-P"], cancellation).ConfigureAwait(false),
                        await AskAsync(["-n"], cancellation).ConfigureAwait(false)
                    ),
                    cancellation
                )
                .ConfigureAwait(false);
            await runner
                .MustAsync(new ProcessRequest("postconf", "-X", PostfixLines.RecipientCheck, PostfixLines.EndOfDataCheck), cancellation)
                .ConfigureAwait(false);
            said.Add($"{Directory} was changed by others since: only the guard's lines were taken out of it");
        }
        await runner.MustAsync(new ProcessRequest("postfix", "check"), cancellation).ConfigureAwait(false);
        await ReloadAsync(cancellation).ConfigureAwait(false);
        _kept.Forget();
        return said;
    }

    private async Task MakeMapAsync(CancellationToken cancellation)
    {
        EmptyTable.Make(machine.At(MailServerLines.AccessMap), "postfix");
        var type = await MapTypeAsync(cancellation).ConfigureAwait(false);
        await runner.MustAsync(new ProcessRequest("postmap", $"{type}:{MailServerLines.AccessMap}"), cancellation).ConfigureAwait(false);
    }

    private async Task SayAsync(IReadOnlyList<PostfixChange> changes, CancellationToken cancellation)
    {
        foreach (var part in changes.GroupBy(change => change.IsOfService))
            await runner
                .MustAsync(new ProcessRequest("postconf", [part.Key ? "-P" : "-e", .. part.Select(change => $"{change.Name}={change.Value}")]), cancellation)
                .ConfigureAwait(false);
    }

    private async Task ReloadAsync(CancellationToken cancellation)
    {
        if ((await runner.Run(new ProcessRequest("postfix", "status"), cancellation).ConfigureAwait(false)).Succeeded)
            await runner.MustAsync(new ProcessRequest("postfix", "reload"), cancellation).ConfigureAwait(false);
    }

    private async Task<string> AskAsync(string[] words, CancellationToken cancellation) =>
        await runner.MustAsync(new ProcessRequest("postconf", [.. words]), cancellation).ConfigureAwait(false);
}
