using System.Net;
using Guard.Host.Platform;

namespace Guard.Host.Running.Setup;

/// <summary>Writes the guard's filter into sendmail.mc, makes sendmail.cf of it, and takes it out again: byte for byte while nobody else changed them.</summary>
internal sealed class SendmailSetup(MachineFiles machine, IProcessRunner runner)
{
    private const string Home = "/etc/mail";
    private const string Macros = $"{Home}/sendmail.mc";
    private const string Configuration = $"{Home}/sendmail.cf";
    private const string Proposed = $"{Home}/.sendmail.cf.accountguard";

    /// <summary>Where Debian's Sendmail, and everybody else's, writes its number.</summary>
    private static readonly string[] NumberFiles = ["/run/sendmail/mta/sendmail.pid", "/run/sendmail.pid"];

    private readonly KeptFiles _kept = new(machine, Home, "sendmail.mc", "sendmail.cf");

    public bool IsApplied => _kept.Any;

    public bool IsHere => machine.Has(Macros) && machine.Has(Configuration) && machine.HasProgram("m4");

    /// <summary>The text of sendmail.mc; null: it is as it should be.</summary>
    /// <exception cref="EnforcementException">It has no place for the line.</exception>
    public string? Plan(IPEndPoint milter)
    {
        var now = File.ReadAllText(machine.At(Macros));
        var wanted =
            SendmailLines.With(now, milter) ?? throw new EnforcementException($"{Macros} has no MAILER line before which a filter can stand: see sendmail.md");
        return wanted == now ? null : wanted;
    }

    /// <exception cref="EnforcementException">Sendmail does not take it, or sendmail.cf was not made of sendmail.mc; both are as they were.</exception>
    public async Task ApplyAsync(string macros, CancellationToken cancellation)
    {
        if (!await IsMadeOfMacrosAsync(cancellation).ConfigureAwait(false))
            throw new EnforcementException(
                $"{Configuration} was not made of {Macros}, and what is only in it would be lost: make it anew first, or write the line of sendmail.md yourself"
            );
        var applied = IsApplied;
        _kept.Keep();
        var now = _kept.Read();
        try
        {
            await MakeAsync(macros, cancellation).ConfigureAwait(false);
        }
        catch (EnforcementException)
        {
            _kept.Write(now);
            if (!applied)
                _kept.Forget();
            throw;
        }
        _kept.Note(now);
        await ReloadAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Which files are as they were before, byte for byte, and from which only the guard's line was taken.</summary>
    /// <exception cref="EnforcementException">Sendmail does not take it.</exception>
    public async Task<IReadOnlyList<string>> UndoAsync(CancellationToken cancellation)
    {
        List<string> said = [];
        if (!_kept.IsEdited)
        {
            said.AddRange(_kept.PutBack().Select(file => $"{file} is as it was"));
        }
        else
        {
            if (!await IsMadeOfMacrosAsync(cancellation).ConfigureAwait(false))
                throw new EnforcementException($"{Configuration} was not made of {Macros}: take the line with accountguard out of both yourself");
            await MakeAsync(SendmailLines.Without(await File.ReadAllTextAsync(machine.At(Macros), cancellation).ConfigureAwait(false)), cancellation)
                .ConfigureAwait(false);
            said.Add($"{Home} was changed by others since: only the guard's line was taken out of it");
        }
        await ReloadAsync(cancellation).ConfigureAwait(false);
        _kept.Forget();
        return said;
    }

    private async Task<bool> IsMadeOfMacrosAsync(CancellationToken cancellation) =>
        SendmailLines.IsSame(
            await ExpandAsync(await File.ReadAllTextAsync(machine.At(Macros), cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false),
            await File.ReadAllTextAsync(machine.At(Configuration), cancellation).ConfigureAwait(false)
        );

    private async Task MakeAsync(string macros, CancellationToken cancellation)
    {
        var configuration = await ExpandAsync(macros, cancellation).ConfigureAwait(false);
        try
        {
            AtomicFile.Write(machine.At(Proposed), configuration);
            var tried = await runner.Run(new ProcessRequest("sendmail", $"-C{machine.At(Proposed)}", "-bt") { Input = "" }, cancellation).ConfigureAwait(false);
            if (
                !tried.Succeeded
                || tried.Error.Contains(Proposed, StringComparison.Ordinal)
                || tried.Output.Contains($"{Proposed}: line", StringComparison.Ordinal)
            )
                throw new EnforcementException($"Sendmail does not take the guard's line: {tried.Complaint}");
        }
        finally
        {
            File.Delete(machine.At(Proposed));
        }
        await File.WriteAllTextAsync(machine.At(Macros), macros, cancellation).ConfigureAwait(false);
        await File.WriteAllTextAsync(machine.At(Configuration), configuration, cancellation).ConfigureAwait(false);
    }

    private async Task<string> ExpandAsync(string macros, CancellationToken cancellation) =>
        await runner.MustAsync(new ProcessRequest("m4", "-") { Input = macros }, cancellation).ConfigureAwait(false);

    /// <summary>At a HUP Sendmail starts itself anew.</summary>
    private Task ReloadAsync(CancellationToken cancellation) => RunningDaemon.HangUpAsync(machine, runner, NumberFiles, cancellation);
}
