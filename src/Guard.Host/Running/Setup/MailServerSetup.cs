using System.Net;
using Guard.Host.Platform;

namespace Guard.Host.Running.Setup;

/// <summary>What the mail servers of a machine are to be told, and whether they were.</summary>
/// <param name="Postfix">Changes of its parameters; empty: none are needed.</param>
/// <param name="MapType">Of its map of locked accounts; null: there is no Postfix, or nobody logs in to it.</param>
/// <param name="Dovecot">The text of the file for Dovecot; null: there is no Dovecot.</param>
internal sealed record MailServerPlan(IReadOnlyList<PostfixChange> Postfix, string? MapType, string? Dovecot);

/// <summary>The lines of Postfix and Dovecot together.</summary>
internal sealed class MailServerSetup(MachineFiles machine, IProcessRunner runner)
{
    private static readonly IPEndPoint UsualPolicy = new(IPAddress.Loopback, 10031);
    private static readonly IPEndPoint UsualAuthPolicy = new(IPAddress.Loopback, 8084);

    private readonly PostfixSetup _postfix = new(machine, runner);
    private readonly DovecotSetup _dovecot = new(machine, runner);

    /// <summary>Something of it is written; another setup keeps it up.</summary>
    public bool IsApplied => _postfix.IsApplied || _dovecot.IsApplied;

    /// <param name="policy">Where the guard answers; another address than the usual one is the admin's, as accountguard.conf has it.</param>
    /// <exception cref="EnforcementException">A mail server's configuration cannot be read.</exception>
    public async Task<MailServerPlan> PlanAsync(EndPoint? policy, EndPoint? authPolicy, CancellationToken cancellation)
    {
        var changes = _postfix.IsHere
            ? await _postfix.PlanAsync(policy as IPEndPoint ?? UsualPolicy, cancellation).ConfigureAwait(false)
            : (IReadOnlyList<PostfixChange>)[];
        var asks = changes.Count > 0 || _postfix.IsApplied;
        return new MailServerPlan(
            changes,
            asks ? await _postfix.MapTypeAsync(cancellation).ConfigureAwait(false) : null,
            _dovecot.IsHere ? await _dovecot.PlanAsync(authPolicy as IPEndPoint ?? UsualAuthPolicy, cancellation).ConfigureAwait(false) : null
        );
    }

    public IEnumerable<string> Words(MailServerPlan plan)
    {
        if (_postfix.IsHere && plan.MapType is null)
            yield return "# Postfix: nobody can log in to it (smtpd_sasl_auth_enable), so that it has nothing to ask";
        if (plan.Postfix.Count > 0)
            yield return "# /etc/postfix, by postconf:";
        foreach (var change in plan.Postfix)
            yield return change.ToString();
        if (plan.Dovecot is not { } dovecot || _dovecot.IsAsIn(dovecot))
            yield break;
        yield return $"# {DovecotSetup.File}:";
        yield return dovecot.TrimEnd();
    }

    /// <returns>What was done, for the admin.</returns>
    /// <exception cref="EnforcementException">A mail server does not take its lines; its files are as they were.</exception>
    public async IAsyncEnumerable<string> ApplyAsync(
        MailServerPlan plan,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        if (plan.Dovecot is { } text && !_dovecot.IsAsIn(text))
        {
            await _dovecot.ApplyAsync(text, cancellation).ConfigureAwait(false);
            yield return $"wrote {DovecotSetup.File}";
        }
        if (plan.Postfix.Count > 0)
        {
            await _postfix.ApplyAsync(plan.Postfix, cancellation).ConfigureAwait(false);
            yield return $"wrote {plan.Postfix.Count} parameters of Postfix; what was before is in /etc/accountguard/before-setup";
        }
    }

    /// <exception cref="EnforcementException">A mail server does not take what was before.</exception>
    public async IAsyncEnumerable<string> UndoAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
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
    }
}
