using Guard.Actors.Enforcement.Blocking;
using Guard.Host.Enforcement.Firewall;
using Guard.Host.Enforcement.Locks;
using Guard.Host.Platform;

namespace Guard.Host.Enforcement.Helping;

/// <summary>Carries requests out with the backends of the helper's own settings, one at a time.</summary>
public sealed class HelperWork(EnforcementBackends backends, Func<BlockPolicy> rules, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private Dictionary<Actors.Policies.Geography.NetworkPrefix, DateTimeOffset>? _blocked;

    /// <exception cref="RefusedRequestException">It is not done, now or later.</exception>
    /// <exception cref="EnforcementException">It could not be done now.</exception>
    public async Task<HelperReply> Do(HelperRequest request, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return request switch
            {
                HelperRequest.Describe => new HelperReply { Abilities = [.. Abilities()] },
                HelperRequest.Block block => await Block(block, cancellation).ConfigureAwait(false),
                HelperRequest.Blocks => Standing(await Firewall.List(cancellation).ConfigureAwait(false)),
                HelperRequest.Limit limit => await Limit(limit, cancellation).ConfigureAwait(false),
                HelperRequest.Limits => Standing(await Limiter.Limits(cancellation).ConfigureAwait(false)),
                HelperRequest.Lock locks => await Lock(locks, cancellation).ConfigureAwait(false),
                HelperRequest.Locks locks => new HelperReply { Locked = [.. (await Table(locks.Table).List(cancellation).ConfigureAwait(false)).Select(one => new LockedItem(one.User.Value, one.Until))] },
                HelperRequest.EndSessions end => await End(end, cancellation).ConfigureAwait(false),
                HelperRequest.HoldMail hold => new HelperReply { Count = await Queue.Hold(RequestChecks.User(hold.User), RequestChecks.Ids(hold.Submitted), hold.ArrivedBefore, cancellation).ConfigureAwait(false) },
                HelperRequest.HeldMails held => new HelperReply { Mails = [.. await Queue.List(held.User is null ? null : RequestChecks.User(held.User), cancellation).ConfigureAwait(false)] },
                HelperRequest.ReleaseMail release => new HelperReply { Count = await Queue.Release(RequestChecks.User(release.User), cancellation).ConfigureAwait(false) },
                HelperRequest.DeleteMail delete => new HelperReply { Count = await Queue.Delete(RequestChecks.User(delete.User), cancellation).ConfigureAwait(false) },
                _ => throw new RefusedRequestException("this word is not known"),
            };
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private IFirewallBackend Firewall => backends.Firewall ?? throw Off("a firewall");

    private INetworkLimiter Limiter => backends.Limiter ?? throw Off("limits of addresses");

    private Queues.IMailHold Queue => backends.Queue ?? throw Off("a mail queue");

    private IAccountLock Table(string name) => backends.Locks.FirstOrDefault(one => one.Name == name)?.Backend ?? throw Off(name.All(c => char.IsAsciiLetterLower(c) || c == '-') && name.Length < 40 ? name : "such a table");

    private static RefusedRequestException Off(string what) => new($"the helper's own settings do not switch on {what}");

    private IEnumerable<string> Abilities()
    {
        if (backends.Firewall is not null)
            yield return "block";
        if (backends.Limiter is not null)
            yield return "limit";
        foreach (var one in backends.Locks)
            yield return one.Name;
        if (backends.Sessions is not null)
            yield return "end-sessions";
        if (backends.Queue is not null)
            yield return "hold-mail";
    }

    private async Task<HelperReply> Block(HelperRequest.Block request, CancellationToken cancellation)
    {
        var (now, policy) = (clock.GetUtcNow(), rules());
        var (add, refused) = RequestChecks.Blocks(request.Add, policy, now);
        Actors.Policies.Geography.NetworkPrefix[] remove = [.. RequestChecks.Bounded(request.Remove).Select(RequestChecks.Network)];
        // Once, since listing many takes long; from then on the helper knows what it did.
        _blocked ??= (await Firewall.List(cancellation).ConfigureAwait(false)).ToDictionary(one => one.Network, one => one.Until ?? DateTimeOffset.MaxValue);
        if (_blocked.Count + add.Length > policy.MostStanding)
            foreach (var (network, until) in _blocked)
                if (until <= now)
                    _blocked.Remove(network);
        var fresh = add.Count(block => !_blocked.ContainsKey(block.Network));
        if (_blocked.Count + fresh > policy.MostStanding)
            throw new RefusedRequestException($"{_blocked.Count} blocks stand; no more than {policy.MostStanding} are made");
        await Firewall.Apply(add, remove, cancellation).ConfigureAwait(false);
        foreach (var network in remove)
            _blocked.Remove(network);
        foreach (var block in add)
            _blocked[block.Network] = block.Until;
        return new HelperReply { Count = add.Length + remove.Length, Refused = refused };
    }

    private async Task<HelperReply> Limit(HelperRequest.Limit request, CancellationToken cancellation)
    {
        var (now, policy) = (clock.GetUtcNow(), rules());
        var (add, refused) = RequestChecks.Blocks(request.Add, policy, now);
        await Limiter.Limit(add, [.. RequestChecks.Bounded(request.Remove).Select(RequestChecks.Network)], cancellation).ConfigureAwait(false);
        return new HelperReply { Count = add.Length + request.Remove.Count, Refused = refused };
    }

    private async Task<HelperReply> Lock(HelperRequest.Lock request, CancellationToken cancellation)
    {
        var table = Table(request.Table);
        WantedLock[] add = [.. RequestChecks.Bounded(request.Add).Select(RequestChecks.Lock)];
        if (add.FirstOrDefault(one => !table.Carries(one.Grade)) is { } beyond)
            throw new RefusedRequestException($"{request.Table} cannot lock {beyond.Grade.ToString().ToLowerInvariant()} alone");
        var refused = await table.Apply(add, [.. RequestChecks.Bounded(request.Remove).Select(RequestChecks.User)], cancellation).ConfigureAwait(false);
        return new HelperReply { Count = add.Length + request.Remove.Count, Refused = [.. refused.Select(one => new RefusedItem(one.User.Value, one.Why))] };
    }

    private async Task<HelperReply> End(HelperRequest.EndSessions request, CancellationToken cancellation)
    {
        await (backends.Sessions ?? throw Off("the end of sessions")).End(RequestChecks.User(request.User), cancellation).ConfigureAwait(false);
        return new HelperReply { Count = 1 };
    }

    private static HelperReply Standing(IReadOnlyCollection<StandingBlock> standing) => new() { Standing = [.. standing.Select(one => new StandingItem(one.Network.ToString(), one.Until))] };
}
