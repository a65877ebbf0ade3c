using Guard.Messages.Intake;

namespace Guard.Host.Intake.DovecotAuthPolicy;

/// <summary>The black and the white list: looked into from any thread, changed only so that the change lasts.</summary>
public interface IAccessLists
{
    AccessList Black { get; }

    AccessList White { get; }

    /// <summary>Adds an entry or gives it another end; done when it is durable, false when the list is full.</summary>
    ValueTask<bool> AddAsync(AccessListKind list, AccessEntry entry, CancellationToken cancel);

    /// <summary>Removes an entry when there is one; done when that is durable.</summary>
    ValueTask RemoveAsync(AccessListKind list, AccessKey key, CancellationToken cancel);
}

/// <summary>Lists of a guard that has no journal.</summary>
public sealed class PassingAccessLists(TimeProvider clock) : IAccessLists
{
    public AccessList Black { get; } = new();

    public AccessList White { get; } = new();

    public ValueTask<bool> AddAsync(AccessListKind list, AccessEntry entry, CancellationToken cancel) => new(Of(list).Add(entry, clock.GetUtcNow()));

    public ValueTask RemoveAsync(AccessListKind list, AccessKey key, CancellationToken cancel)
    {
        Of(list).Remove(key);
        return default;
    }

    private AccessList Of(AccessListKind list) => list == AccessListKind.White ? White : Black;
}
