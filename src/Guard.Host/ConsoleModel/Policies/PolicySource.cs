using Guard.Actors.Entities;
using Guard.Messages.Policies;

namespace Guard.Host.ConsoleModel.Policies;

/// <summary>The policies in force, replaced as a whole on reload.</summary>
public sealed class PolicySource(PolicyBook book) : IPolicySource
{
    private volatile PolicyBook _current = book;

    public PolicyBook Current => _current;

    public void Replace(PolicyBook next) => _current = next;
}
