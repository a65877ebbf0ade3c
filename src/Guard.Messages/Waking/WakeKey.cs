using Guard.Messages.Identity;

namespace Guard.Messages.Waking;

/// <summary>An entity that may have to be woken: a user or a site, the other one is empty.</summary>
public readonly record struct WakeKey(UserId User, SiteId Site)
{
    public static WakeKey Of(UserId user) => new(user, new SiteId(""));

    public static WakeKey Of(SiteId site) => new(new UserId(""), site);

    public bool IsUser => User.Value.Length > 0;

    /// <summary>What its waker is chosen by; never changes.</summary>
    public string Text => IsUser ? User.Value : "site " + Site.Value;

    public override string ToString() => Text;
}

/// <summary>An entity that must not be forgotten.</summary>
/// <param name="Number">The entity's journal number that made it so: what it says later goes before what it said earlier.</param>
/// <param name="Due">From when it has to be awake.</param>
public readonly record struct WakeEntry(WakeKey Key, long Number, DateTimeOffset Due);
