using System.Collections.Immutable;
using Guard.Messages.Policies;
using Guard.Messages.Users;

namespace Guard.Messages.Sites;

/// <summary>What a site tells an active user to decide under.</summary>
public interface ISiteTerms
{
    /// <summary>The user's effective policy.</summary>
    GuardPolicy Policy { get; }

    GuardPolicy SitePolicy { get; }

    Rung SiteRung { get; }

    /// <summary>Since when the site stands at its rung, milliseconds since 1970; 0 from an older node.</summary>
    long SiteSince { get; }

    /// <summary>When the site's rung ends by itself, milliseconds since 1970; 0 for normal, and from an older node.</summary>
    long SiteUntil { get; }

    /// <summary>What is usual at the site.</summary>
    SitePrior Prior { get; }

    /// <summary>What was announced for the whole site.</summary>
    ImmutableArray<PlannedException> SitePlanned { get; }
}
