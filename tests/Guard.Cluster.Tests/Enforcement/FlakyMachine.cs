using System.Collections.Concurrent;
using Guard.Host.Enforcement.Locks;
using Guard.Host.Platform;
using Guard.Messages.Identity;

namespace Guard.Cluster.Tests.Enforcement;

/// <summary>A machine that holds locks, outlives the guard's process, and may stop it in the middle of a deed, or fail.</summary>
internal sealed class FlakyMachine : IAccountLock
{
    private readonly ConcurrentDictionary<UserId, DateTimeOffset?> _locked = [];

    private int _steps;

    /// <summary>At which step of a deed the process dies: before it or behind it; never when negative.</summary>
    public int DiesAt { get; set; } = -1;

    /// <summary>So many calls fail.</summary>
    public int Failing { get; set; }

    public int Failed { get; private set; }

    public int Locked { get; private set; }

    public TaskCompletionSource Died { get; set; } = new();

    public IReadOnlyCollection<UserId> Standing => [.. _locked.Keys];

    public async Task<IReadOnlyCollection<RefusedLock>> Apply(
        IReadOnlyCollection<WantedLock> add,
        IReadOnlyCollection<UserId> remove,
        CancellationToken cancellation = default
    )
    {
        if (Failing > 0)
        {
            Failing--;
            Failed++;
            throw new EnforcementException("the machine does not answer");
        }
        foreach (var wanted in add)
        {
            await Step();
            Locked += _locked.ContainsKey(wanted.User) ? 0 : 1;
            _locked[wanted.User] = wanted.Until;
            await Step();
        }
        foreach (var user in remove)
        {
            await Step();
            _locked.TryRemove(user, out _);
            await Step();
        }
        return [];
    }

    private async Task Step()
    {
        if (_steps++ != DiesAt)
            return;
        Died.SetResult();
        await new TaskCompletionSource().Task;
    }

    public Task<IReadOnlyCollection<StandingLock>> List(CancellationToken cancellation = default) =>
        Task.FromResult<IReadOnlyCollection<StandingLock>>([.. _locked.Select(pair => new StandingLock(pair.Key, pair.Value))]);
}
