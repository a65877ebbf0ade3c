using Guard.Messages.Policies;

namespace Guard.Actors.Entities;

/// <summary>The policies in force on this node; a reload publishes <see cref="PolicyReloaded"/> on the event stream.</summary>
public interface IPolicySource
{
    PolicyBook Current { get; }
}

/// <summary>The policies changed. Local to the node.</summary>
public sealed record PolicyReloaded(PolicyBook Book);
