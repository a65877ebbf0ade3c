using System.Net;
using Guard.Host.Platform;

namespace Guard.Host.Running.Setup;

/// <summary>
/// Writes the guard's lines into Postfix's configuration by postconf(1), and takes them out again: byte for byte while nobody else changed it.
/// </summary>
internal sealed class PostfixSetup(MachineFiles machine, IProcessRunner runner)
{
    private const string Directory = "/etc/postfix";

    /// <summary>Root's alone to write; what was there before, and what setup made of it.</summary>
    private const string Kept = "/etc/accountguard/before-setup";

    private static readonly string[] Files = ["main.cf", "master.cf"];

    public bool IsApplied => Files.Any(file => machine.Has(Before(file)));

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
        System.IO.Directory.CreateDirectory(machine.At(Kept), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var file in Files)
        {
            if (!machine.Has(Before(file)))
                File.Copy(At(file), machine.At(Before(file)));
            else if (!IsAsLeft(file))
                // Others wrote since: what was before is no longer what undo may put back.
                File.Delete(machine.At(After(file)));
        }
        var now = Files.Select(file => File.ReadAllBytes(At(file))).ToArray();
        try
        {
            await MakeMapAsync(cancellation).ConfigureAwait(false);
            await SayAsync(changes, cancellation).ConfigureAwait(false);
            await runner.MustAsync(new ProcessRequest("postfix", "check"), cancellation).ConfigureAwait(false);
        }
        catch (EnforcementException)
        {
            foreach (var (file, bytes) in Files.Zip(now))
                await File.WriteAllBytesAsync(At(file), bytes, cancellation).ConfigureAwait(false);
            throw;
        }
        foreach (var (file, bytes) in Files.Zip(now))
        {
            if (machine.Has(After(file)) || Same(bytes, machine.At(Before(file))))
                File.Copy(At(file), machine.At(After(file)), overwrite: true);
        }
        await ReloadAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Which files are as they were before, byte for byte, and from which only the guard's lines were taken.</summary>
    /// <exception cref="EnforcementException">Postfix does not take it.</exception>
    public async Task<IReadOnlyList<string>> UndoAsync(CancellationToken cancellation)
    {
        var said = new List<string>();
        var edited = Files.Any(file => machine.Has(Before(file)) && !IsAsLeft(file));
        foreach (var file in Files.Where(file => machine.Has(Before(file)) && IsAsLeft(file)))
        {
            File.Copy(machine.At(Before(file)), At(file), overwrite: true);
            said.Add($"{Directory}/{file} is as it was");
        }
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
        System.IO.Directory.Delete(machine.At(Kept), recursive: true);
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

    private bool IsAsLeft(string file) => machine.Has(After(file)) && Same(File.ReadAllBytes(At(file)), machine.At(After(file)));

    private static bool Same(byte[] bytes, string file) => bytes.AsSpan().SequenceEqual(File.ReadAllBytes(file));

    private string At(string file) => machine.At($"{Directory}/{file}");

    private static string Before(string file) => $"{Kept}/{file}.before";

    private static string After(string file) => $"{Kept}/{file}.after";
}
