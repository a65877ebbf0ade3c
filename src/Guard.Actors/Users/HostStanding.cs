using Guard.Actors.Reactions;

namespace Guard.Actors.Users;

/// <summary>Where all sites together stand, as this node heard it last. Its end belongs to it, so that an old word does no harm.</summary>
public sealed class HostStanding
{
    private volatile SiteStanding _current = SiteStanding.None;

    public SiteStanding Current
    {
        get => _current;
        set => _current = value;
    }

    /// <summary>What an account decides under now.</summary>
    public UserTerms Over(UserTerms terms) => Current is var current && ReferenceEquals(terms.Host, current) ? terms : terms with { Host = current };
}
