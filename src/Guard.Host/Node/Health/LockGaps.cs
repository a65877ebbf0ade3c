using System.Collections.Immutable;
using Akka.Actor;
using Guard.Actors.Users;
using Guard.Host.Configuration;
using Guard.Host.Enforcement;
using Guard.Host.Enforcement.DovecotDenyFile;
using Guard.Host.Enforcement.PostfixAccess;
using Guard.Host.Intake;
using Guard.Host.Platform;
using Guard.Host.Texts;
using Guard.Messages.Decisions;
using Guard.Messages.Observations;

namespace Guard.Host.Node.Health;

/// <summary>What is missing on this machine for a lock to hold: who reads what is written, who asks, and what cannot be done. What is not known is no gap.</summary>
/// <param name="enforces">Whether locks are carried out by the default policy.</param>
internal sealed class LockGaps(
    EnforcementSettings settings,
    InlineSettings inline,
    IntakeBoard intake,
    IReadOnlyCollection<IActorRef> workers,
    IProcessRunner runner,
    Func<bool> enforces
)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly LockSettings _locks = settings.Locks;
    private volatile Known _known = new(null, null, [], "");
    private volatile bool _sentUnasked;
    private volatile bool _loggedInUnasked;

    /// <summary>Notes what was done: where logs tell of it as it happens and nobody ever asked, nobody asks.</summary>
    /// <param name="now">The present: what is read of the past may have been before the server was told to ask.</param>
    public void See(Observation observation, DateTimeOffset now)
    {
        if (observation.Origin.Source.Length == 0 || (now - observation.At).Duration() > LockHold.AsItHappens)
            return;
        _sentUnasked |= observation is Submission;
        _loggedInUnasked |= observation is Login { Outcome: LoginOutcome.Succeeded, Service: Service.Imap or Service.Pop3 or Service.Sieve };
    }

    /// <summary>Asks the servers' own tools and the workers. Slow: what it finds holds until it is called again.</summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        var reads = _locks.DovecotDenyFile.Length == 0 ? null : await DovecotAsync(cancel).ConfigureAwait(false);
        var maps = _locks.PostfixAccessMap.Length == 0 ? null : await PostfixAsync(cancel).ConfigureAwait(false);
        var (failing, firewall) = (ImmutableArray.CreateBuilder<string>(), "");
        foreach (var worker in workers)
        {
            if (await FailureAsync(worker, cancel).ConfigureAwait(false) is not { } why)
                continue;
            if (EnforcementStart.IsLockWorker(worker.Path.Name))
                failing.Add(why);
            else if (worker.Path.Name == "firewall-worker")
                firewall = why;
        }
        _known = new Known(reads, maps, failing.ToImmutable(), firewall);
    }

    /// <summary>What keeps this from being refused.</summary>
    public ImmutableArray<Reason> Of(Observation observation) =>
        observation switch
        {
            Delivery => _locks.Queue == QueueKind.Off ? [new Reason(ReasonCodes.QueueNotHeld, 0, 0)] : [],
            // Who logs in to SMTP does it to send.
            Submission or Login { Service: Service.Smtp } => Through(null),
            Login login => Through(login.Service),
            _ => [],
        };

    /// <summary>What goes on although an account is locked here, before any of it was done.</summary>
    public ImmutableArray<Reason> All => [.. Through(null).Concat(Through(Service.Imap)).Distinct()];

    /// <summary>Why an address connects that is blocked here.</summary>
    public Reason OfBlock =>
        settings.Firewall.Kind == FirewallKind.Off ? new Reason(ReasonCodes.FirewallOff, 0, 0)
        : _known.Firewall.Length > 0 ? new Reason(ReasonCodes.FirewallFailing, 0, 0, 0, _known.Firewall)
        : new Reason(ReasonCodes.ComesOtherwise, 0, 0);

    /// <param name="service">What is logged in to; null for sending.</param>
    private ImmutableArray<Reason> Through(Service? service)
    {
        var known = _known;
        var byDovecot = service is null or Service.Smtp or Service.Imap or Service.Pop3 or Service.Sieve;
        var gaps = ImmutableArray.CreateBuilder<Reason>();
        foreach (var why in known.Failing)
            gaps.Add(new Reason(ReasonCodes.LockFailing, 0, 0, 0, why));
        if (byDovecot && known.DenyFileRead == false)
            gaps.Add(new Reason(ReasonCodes.DenyFileUnread, 0, 0, 0, _locks.DovecotDenyFile));
        if (service is null && known.AccessMapRead == false)
            gaps.Add(new Reason(ReasonCodes.AccessMapUnread, 0, 0, 0, _locks.PostfixAccessMap));
        if (!IsCarriedOut(service, byDovecot))
            gaps.Add(new Reason(ReasonCodes.LockNowhere, 0, 0, 0, service is { } one ? LockHold.LoggingIn(one) : LockHold.Sending));
        return gaps.ToImmutable();
    }

    private bool IsCarriedOut(Service? service, bool byDovecot) =>
        _locks.LinuxAccounts
        || _locks.Lock is not null
        || _locks.Sql is not null
        || (byDovecot && _locks.DovecotDenyFile.Length > 0)
        || (service is null && _locks.PostfixAccessMap.Length > 0)
        || (service is null && IsAsked("postfix-policy", inline.Policy is not null, _sentUnasked))
        || (service is null && IsAsked("milter", inline.Milter is not null, _sentUnasked))
        || (byDovecot && IsAsked("auth-policy", inline.AuthPolicy is not null, _loggedInUnasked));

    /// <summary>Somebody asked, or nobody had to yet.</summary>
    private bool IsAsked(string kind, bool listens, bool unasked) =>
        listens && (!unasked || intake.Readings.Any(reading => reading.Kind == kind && reading.Asked > 0));

    public IEnumerable<Finding> Look()
    {
        if (_known.DenyFileRead is { } read)
            yield return Reading(
                $"Dovecot's deny file {_locks.DovecotDenyFile}",
                read,
                "Dovecot",
                "it has to be a passdb of its configuration, with deny = yes"
            );
        if (_known.AccessMapRead is { } map)
            yield return Reading($"Postfix's access map {_locks.PostfixAccessMap}", map, "Postfix", "check_sasl_access has to name it");
    }

    private Finding Reading(string check, bool reads, string who, string remedy)
    {
        if (reads)
            return Finding.Ok(check, $"{who} reads it");
        var (text, what) = ($"{who} does not read it: a lock that is written there does not hold", $"{remedy}: docs/enforcement.md");
        return enforces() ? Finding.Fault(check, text, what) : Finding.Warning(check, text, what);
    }

    private async Task<bool?> DovecotAsync(CancellationToken cancel) =>
        await SayAsync("doveconf", [.. Which("-c", _locks.DovecotConfiguration), "-n"], cancel).ConfigureAwait(false) is { } said
            ? DenyFileReader.Reads(said, _locks.DovecotDenyFile)
            : null;

    private async Task<bool?> PostfixAsync(CancellationToken cancel)
    {
        var where = Which("-c", _locks.PostfixConfiguration);
        if (await SayAsync("postconf", [.. where, "-n"], cancel).ConfigureAwait(false) is not { } main)
            return null;
        var services = await SayAsync("postconf", [.. where, "-P"], cancel).ConfigureAwait(false);
        return AccessMapReader.Reads(main, _locks.PostfixAccessMap) || AccessMapReader.Reads(services ?? "", _locks.PostfixAccessMap);
    }

    private static string[] Which(string option, string place) => place.Length == 0 ? [] : [option, place];

    /// <summary>Null where the tool is not there or cannot tell: the server may run elsewhere.</summary>
    private async Task<string?> SayAsync(string program, ImmutableArray<string> arguments, CancellationToken cancel)
    {
        try
        {
            var said = await runner.Run(new ProcessRequest(program, arguments), cancel).ConfigureAwait(false);
            return said.Succeeded ? said.Output : null;
        }
        catch (EnforcementException)
        {
            return null;
        }
    }

    private static async Task<string?> FailureAsync(IActorRef worker, CancellationToken cancel)
    {
        try
        {
            var status = await worker.Ask<WorkerStatus>(GetWorkerStatus.Instance, Patience, cancel).ConfigureAwait(false);
            return status.Failures > 0 ? $"{status.Name}: {IncidentText.Safe(status.LastError)}" : null;
        }
        catch (AskTimeoutException)
        {
            return null;
        }
    }

    /// <param name="Firewall">Why it cannot be set; empty: it can.</param>
    private sealed record Known(bool? DenyFileRead, bool? AccessMapRead, ImmutableArray<string> Failing, string Firewall);
}
