using Guard.Actors.Enforcement.Blocking;
using Guard.Host.Configuration;
using Guard.Host.Enforcement.Firewall;
using Guard.Host.Enforcement.Locks;
using Guard.Messages.Identity;

namespace Guard.Host.Enforcement.Helping;

/// <summary>Carries requests out with the backends of the helper's own settings, one at a time.</summary>
public sealed class HelperWork(EnforcementBackends backends, Func<BlockPolicy> rules, HelperWatch watch, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private Dictionary<Actors.Policies.Geography.NetworkPrefix, DateTimeOffset>? _blocked;
    private IDisposable? _watch;
    private volatile HelperReply _disturbances = new();

    /// <exception cref="RefusedRequestException">It is not done, now or later.</exception>
    /// <exception cref="Platform.EnforcementException">It could not be done now.</exception>
    public async Task<HelperReply> Do(HelperRequest request, CancellationToken cancellation)
    {
        // What it is and what it heard is told at once, also amid long work: whoever asks wants to know whether it is there.
        if (request is HelperRequest.Describe)
            return new HelperReply { Abilities = [.. backends.Abilities()] };
        if (request is HelperRequest.Disturbances)
            return _disturbances;
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return request switch
            {
                HelperRequest.Block block => await Block(block, cancellation).ConfigureAwait(false),
                HelperRequest.Blocks => Standing(await Firewall.List(cancellation).ConfigureAwait(false)),
                HelperRequest.Limit limit => await Limit(limit, cancellation).ConfigureAwait(false),
                HelperRequest.Limits => Standing(await Limiter.Limits(cancellation).ConfigureAwait(false)),
                HelperRequest.Lock locks => await Lock(locks, cancellation).ConfigureAwait(false),
                HelperRequest.Locks locks => new HelperReply
                {
                    Locked = [.. (await Table(locks.Table).List(cancellation).ConfigureAwait(false)).Select(one => new LockedItem(one.User.Value, one.Until))],
                },
                HelperRequest.EndSessions end => await End(end, cancellation).ConfigureAwait(false),
                HelperRequest.ResetPassword reset => await Reset(reset, cancellation).ConfigureAwait(false),
                HelperRequest.HoldMail hold => await Hold(hold, cancellation).ConfigureAwait(false),
                HelperRequest.HeldMails held => new HelperReply
                {
                    Mails = [.. await Queue.List(held.User is null ? null : RequestChecks.User(held.User), cancellation).ConfigureAwait(false)],
                },
                HelperRequest.ReleaseMail release => new HelperReply
                {
                    Count = await Queue.Release(RequestChecks.User(release.User), cancellation).ConfigureAwait(false),
                },
                HelperRequest.DeleteMail delete => new HelperReply
                {
                    Count = await Queue.Delete(RequestChecks.User(delete.User), cancellation).ConfigureAwait(false),
                },
                _ => throw new RefusedRequestException("this word is not known"),
            };
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Listens for what other programs do to the firewall, for the daemon that may not.</summary>
    public void Watch(Action<string> unable) =>
        _watch = (backends.Firewall as IFirewallWatch)?.Watch(
            what =>
                _disturbances = new HelperReply
                {
                    Disturbed = _disturbances.Disturbed + 1,
                    Removed = what.Removed,
                    By = what.By,
                },
            unable
        );

    public void Dispose()
    {
        _watch?.Dispose();
        _one.Dispose();
    }

    private IFirewallBackend Firewall => backends.Firewall ?? throw Off("a firewall");

    private INetworkLimiter Limiter => backends.Limiter ?? throw Off("limits of addresses");

    private Queues.IMailHold Queue => backends.Queue ?? throw Off("a mail queue");

    private IAccountLock Table(string name) =>
        backends.Locks.FirstOrDefault(one => one.Name == name)?.Backend
        ?? throw Off(name.All(c => char.IsAsciiLetterLower(c) || c == '-') && name.Length < 40 ? name : "such a table");

    private static RefusedRequestException Off(string what) => new($"the helper's own settings do not switch on {what}");

    private async Task<HelperReply> Block(HelperRequest.Block request, CancellationToken cancellation)
    {
        var (now, policy) = (clock.GetUtcNow(), rules());
        var (add, refused) = RequestChecks.Blocks(request.Add, policy, now);
        Actors.Policies.Geography.NetworkPrefix[] remove = [.. RequestChecks.Bounded(request.Remove).Select(RequestChecks.Network)];
        // Once, since listing many takes long; from then on the helper knows what it did.
        _blocked ??= (await Firewall.List(cancellation).ConfigureAwait(false)).ToDictionary(one => one.Network, one => one.Until ?? DateTimeOffset.MaxValue);
        if (_blocked.Count + add.Length > policy.MaxStanding)
            foreach (var (network, until) in _blocked)
                if (until <= now)
                    _blocked.Remove(network);
        var fresh = add.Count(block => !_blocked.ContainsKey(block.Network));
        if (_blocked.Count + fresh > policy.MaxStanding)
            throw new RefusedRequestException($"{_blocked.Count} blocks stand; no more than {policy.MaxStanding} are made");
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
        UserId[] remove = [.. RequestChecks.Bounded(request.Remove).Select(text => RequestChecks.User(text))];
        if (add.FirstOrDefault(one => !table.Carries(one.Grade)) is { } beyond)
            throw new RefusedRequestException($"{request.Table} cannot lock {beyond.Grade.ToString().ToLowerInvariant()} alone");
        var standing = (await table.List(cancellation).ConfigureAwait(false)).Select(one => one.User).ToHashSet();
        var (allowed, refused, left) = (new List<WantedLock>(add.Length), new List<RefusedItem>(), 0);
        foreach (var one in add)
        {
            if (await watch.WhyNot(one.User, "lock", cancellation).ConfigureAwait(false) is { } why)
                refused.Add(new RefusedItem(one.User.Value, why));
            else if (watch.Take(one.User, standing.Contains(one.User)))
                allowed.Add(one);
            else
                left++;
        }
        var impossible = await table.Apply(allowed, remove, cancellation).ConfigureAwait(false);
        if (left > 0)
            throw watch.Wait(left);
        return new HelperReply
        {
            Count = allowed.Count + remove.Length,
            Refused = [.. refused, .. impossible.Select(one => new RefusedItem(one.User.Value, one.Why))],
        };
    }

    private async Task<HelperReply> End(HelperRequest.EndSessions request, CancellationToken cancellation)
    {
        var sessions = backends.Sessions ?? throw Off("the end of sessions");
        var user = RequestChecks.User(request.User, ToolNameUse.Argument);
        if (
            (await WhyNot(user, "end the sessions of", cancellation).ConfigureAwait(false) ?? await sessions.End(user, cancellation).ConfigureAwait(false)) is
            { } why
        )
            return new HelperReply { Refused = [new RefusedItem(user.Value, why)] };
        return new HelperReply { Count = 1 };
    }

    private async Task<HelperReply> Reset(HelperRequest.ResetPassword request, CancellationToken cancellation)
    {
        var passwords = backends.Passwords ?? throw Off("the reset of passwords");
        var user = RequestChecks.User(request.User, ToolNameUse.Argument);
        if (
            (
                await WhyNot(user, "reset the password of", cancellation).ConfigureAwait(false)
                ?? await passwords.Reset(user, RequestChecks.Reason(request.Reason), cancellation).ConfigureAwait(false)
            ) is
            { } why
        )
            return new HelperReply { Refused = [new RefusedItem(user.Value, why)] };
        return new HelperReply { Count = 1 };
    }

    private async Task<HelperReply> Hold(HelperRequest.HoldMail request, CancellationToken cancellation)
    {
        var (queue, user, ids) = (Queue, RequestChecks.User(request.User), RequestChecks.Ids(request.Submitted));
        if (await WhyNot(user, "hold the mail of", cancellation).ConfigureAwait(false) is { } why)
            return new HelperReply { Refused = [new RefusedItem(user.Value, why)] };
        return new HelperReply { Count = await queue.Hold(user, ids, request.ArrivedBefore, cancellation).ConfigureAwait(false) };
    }

    /// <summary>Why nothing is done to one account; too many of them are a failure that passes.</summary>
    private async Task<string?> WhyNot(UserId user, string what, CancellationToken cancellation) =>
        await watch.WhyNot(user, what, cancellation).ConfigureAwait(false) ?? (watch.Take(user) ? null : throw watch.Wait(1));

    private static HelperReply Standing(IReadOnlyCollection<StandingBlock> standing) =>
        new() { Standing = [.. standing.Select(one => new StandingItem(one.Network.ToString(), one.Until))] };
}
