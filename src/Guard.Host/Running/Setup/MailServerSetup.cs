using System.Net;
using System.Runtime.CompilerServices;
using Guard.Host.Configuration;
using Guard.Host.Platform;

namespace Guard.Host.Running.Setup;

/// <summary>What the servers of a machine are to be told, and whether they were.</summary>
/// <param name="Postfix">Changes of its parameters; empty: none are needed.</param>
/// <param name="MapType">Of its map of locked accounts; null: there is no Postfix, or nobody logs in to it.</param>
/// <param name="Dovecot">The text of the file for Dovecot; null: there is no Dovecot.</param>
/// <param name="Sendmail">The text of sendmail.mc; null: there is none, or it is as it should be.</param>
/// <param name="Exim">The statements for Exim; null: there is no Exim, or its configuration is not Debian's.</param>
/// <param name="ClosedLogs">Logs that the guard may not read yet.</param>
/// <param name="ProFtpd">It does not log whom it lets in.</param>
internal sealed record MailServerPlan(
    IReadOnlyList<PostfixChange> Postfix,
    string? MapType,
    string? Dovecot,
    string? Sendmail,
    string? Exim,
    IReadOnlyList<string> ClosedLogs,
    bool ProFtpd
)
{
    public static MailServerPlan Nothing { get; } = new([], null, null, null, null, [], false);
}

/// <summary>The lines of all mail servers together.</summary>
internal sealed class MailServerSetup(MachineFiles machine, IProcessRunner runner)
{
    private static readonly IPEndPoint UsualPolicy = new(IPAddress.Loopback, 10031);
    private static readonly IPEndPoint UsualAuthPolicy = new(IPAddress.Loopback, 8084);
    private static readonly IPEndPoint UsualMilter = new(IPAddress.Loopback, 10033);

    private readonly PostfixSetup _postfix = new(machine, runner);
    private readonly DovecotSetup _dovecot = new(machine, runner);
    private readonly SendmailSetup _sendmail = new(machine, runner);
    private readonly EximSetup _exim = new(machine, runner);
    private readonly ProFtpdSetup _ftp = new(machine, runner);
    private readonly LogReaders _logs = new(machine, runner);

    /// <summary>Something of it is written; another setup keeps it up.</summary>
    public bool IsApplied => _postfix.IsApplied || _dovecot.IsApplied || _sendmail.IsApplied || _exim.IsApplied || _ftp.IsApplied || _logs.IsApplied;

    /// <param name="inline">Where the guard answers; another address than the usual one is the admin's, as accountguard.conf has it.</param>
    /// <exception cref="EnforcementException">A mail server's configuration cannot be read.</exception>
    public async Task<MailServerPlan> PlanAsync(FoundMachine found, InlineSettings? inline, CancellationToken cancellation)
    {
        var policy = inline?.Policy as IPEndPoint ?? UsualPolicy;
        var changes = _postfix.IsHere ? await _postfix.PlanAsync(policy, cancellation).ConfigureAwait(false) : (IReadOnlyList<PostfixChange>)[];
        var asks = changes.Count > 0 || _postfix.IsApplied;
        return new MailServerPlan(
            changes,
            asks ? await _postfix.MapTypeAsync(cancellation).ConfigureAwait(false) : null,
            _dovecot.IsHere ? await _dovecot.PlanAsync(inline?.AuthPolicy as IPEndPoint ?? UsualAuthPolicy, cancellation).ConfigureAwait(false) : null,
            found.Has("Sendmail") && _sendmail.IsHere ? _sendmail.Plan(inline?.Milter as IPEndPoint ?? UsualMilter) : null,
            found.Has("Exim") && _exim.IsHere ? EximSetup.Plan(policy) : null,
            _logs.Closed(found.Logs),
            _ftp.IsWanted
        );
    }

    public IEnumerable<string> Words(FoundMachine found, MailServerPlan plan)
    {
        if (_postfix.IsHere && plan.MapType is null)
            yield return "# Postfix: nobody can log in to it (smtpd_sasl_auth_enable), so that it has nothing to ask";
        if (plan.Postfix.Count > 0)
            yield return "# /etc/postfix, by postconf:";
        foreach (var change in plan.Postfix)
            yield return change.ToString();
        if (plan.Dovecot is { } dovecot && !_dovecot.IsAsIn(dovecot))
        {
            yield return $"# {DovecotSetup.File}:";
            yield return dovecot.TrimEnd();
        }
        if (plan.Sendmail is { } sendmail)
        {
            yield return "# /etc/mail/sendmail.mc, of which sendmail.cf is made anew:";
            yield return string.Join('\n', sendmail.Split('\n').SkipWhile(line => line != SendmailLines.Mark).Take(2));
        }
        if (plan.Exim is { } exim && !_exim.IsAsIn(exim))
        {
            foreach (var line in _exim.Words(exim))
                yield return line;
        }
        if (found.Has("Sendmail") && !_sendmail.IsHere)
            yield return "# Sendmail: without /etc/mail/sendmail.mc and m4 the line of sendmail.md is yours to write";
        if (found.Has("Exim") && !_exim.IsHere)
            yield return "# Exim: its configuration is not Debian's: the lines of exim.md are yours to write";
        if (plan.ProFtpd)
            yield return $"# {ProFtpdSetup.File}:\n{ProFtpdSetup.Line}";
        foreach (var log in plan.ClosedLogs)
            yield return $"# {log}: for group adm to read, as after its first rotation";
    }

    /// <returns>What was done, for the admin.</returns>
    /// <exception cref="EnforcementException">A mail server does not take its lines; its files are as they were.</exception>
    public async IAsyncEnumerable<string> ApplyAsync(MailServerPlan plan, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (plan.Dovecot is { } text && !_dovecot.IsAsIn(text))
        {
            await _dovecot.ApplyAsync(text, cancellation).ConfigureAwait(false);
            yield return $"wrote {DovecotSetup.File}";
        }
        if (plan.Postfix.Count > 0)
        {
            await _postfix.ApplyAsync(plan.Postfix, cancellation).ConfigureAwait(false);
            yield return $"wrote {plan.Postfix.Count} parameters of Postfix; what was before is in {BeforeSetup.Place}";
        }
        if (plan.Sendmail is { } macros)
        {
            await _sendmail.ApplyAsync(macros, cancellation).ConfigureAwait(false);
            yield return $"wrote the guard's filter into /etc/mail/sendmail.mc and sendmail.cf; what was before is in {BeforeSetup.Place}";
        }
        if (plan.Exim is { } acl && !_exim.IsAsIn(acl))
        {
            await _exim.ApplyAsync(acl, cancellation).ConfigureAwait(false);
            yield return "wrote the guard's statements for Exim, /etc/exim4/accountguard-acl";
        }
        if (plan.ProFtpd)
        {
            await _ftp.ApplyAsync(cancellation).ConfigureAwait(false);
            yield return $"wrote {ProFtpdSetup.File}: ProFTPD logs whom it lets in";
        }
        if (plan.ClosedLogs.Count > 0)
        {
            await _logs.OpenAsync(plan.ClosedLogs, cancellation).ConfigureAwait(false);
            yield return $"{string.Join(", ", plan.ClosedLogs)}: group adm may read";
        }
    }

    /// <exception cref="EnforcementException">A mail server does not take what was before.</exception>
    public async IAsyncEnumerable<string> UndoAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        if (_postfix.IsApplied)
        {
            foreach (var said in await _postfix.UndoAsync(cancellation).ConfigureAwait(false))
                yield return said;
        }
        if (_dovecot.IsApplied)
        {
            await _dovecot.UndoAsync(cancellation).ConfigureAwait(false);
            yield return $"{DovecotSetup.File} is gone";
        }
        if (_sendmail.IsApplied)
        {
            foreach (var said in await _sendmail.UndoAsync(cancellation).ConfigureAwait(false))
                yield return said;
        }
        if (_exim.IsApplied)
        {
            await _exim.UndoAsync(cancellation).ConfigureAwait(false);
            yield return "the guard's statements for Exim are gone";
        }
        if (_ftp.IsApplied)
        {
            await _ftp.UndoAsync(cancellation).ConfigureAwait(false);
            yield return $"{ProFtpdSetup.File} is gone";
        }
        if (_logs.IsApplied)
        {
            foreach (var said in await _logs.CloseAsync(cancellation).ConfigureAwait(false))
                yield return said;
        }
    }
}
