using System.Collections.Immutable;
using Guard.Messages.Identity;

namespace Guard.Host.Node;

/// <summary>What one store removed of an account.</summary>
/// <param name="Store">Such as <c>journal rows</c>.</param>
/// <param name="Left">What is there still, and why in <paramref name="Note"/>.</param>
public sealed record ErasedItems(string Store, long Removed, long Left, string Note);

/// <summary>Something besides the journal that keeps what an account did.</summary>
public interface IAccountEraser
{
    /// <summary>Removes everything of an account; doing it again is harmless.</summary>
    /// <exception cref="IOException">The store cannot be written.</exception>
    Task<ImmutableArray<ErasedItems>> EraseAsync(UserId user, CancellationToken cancel);
}

/// <summary>All that a node has to clean when an account is forgotten. They come while the node starts.</summary>
public sealed class AccountErasers
{
    private ImmutableArray<IAccountEraser> _all = [];

    public ImmutableArray<IAccountEraser> All => _all;

    public void Add(IAccountEraser eraser) => ImmutableInterlocked.Update(ref _all, all => all.Add(eraser));

    public void Add(string store, Func<UserId, long> erase) => Add(new Counted(store, erase));

    private sealed class Counted(string store, Func<UserId, long> erase) : IAccountEraser
    {
        public Task<ImmutableArray<ErasedItems>> EraseAsync(UserId user, CancellationToken cancel) =>
            Task.Run<ImmutableArray<ErasedItems>>(() => [new ErasedItems(store, erase(user), 0, "")], cancel);
    }
}
