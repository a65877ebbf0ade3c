using Guard.Messages.Policies;

namespace Guard.Actors.Reactions;

/// <summary>
/// Where a site stands, as its accounts were told. The end belongs to it: what happens after it is not judged by a rung only because the site's own word of it
/// is still on its way, and a log that is read fast decides as the same lines did when they were written.
/// </summary>
/// <param name="Until">When the rung ends by itself, milliseconds since 1970; 0 for normal, and where an older node did not say.</param>
/// <param name="Policy">Of the site: how long the rungs last, and where they lead.</param>
public sealed record SiteStanding(Rung Rung, long Until, ReactionPolicy Policy)
{
    public static SiteStanding None { get; } = new(Rung.Normal, 0, ReactionPolicy.Default);

    /// <summary>Since when, milliseconds since 1970: it says nothing of a mail sent before, of which a busy account may decide later. A lock holds from the
    /// moment that it is heard of all the same.</summary>
    public long Since { get; init; }

    /// <param name="at">Milliseconds since 1970.</param>
    public Rung At(long at)
    {
        var (rung, until) = (Rung, Until);
        while (rung != Rung.Normal && until != 0 && at >= until)
            (rung, until) = ReactionLadder.After(rung, until, Policy);
        return rung;
    }
}
