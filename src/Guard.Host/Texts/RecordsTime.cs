using Guard.Actors.Entities;

namespace Guard.Host.Texts;

/// <summary>The guard's time for people: a guard whose time is its log's and that has read nothing yet goes by this machine's clock.</summary>
internal static class RecordsTime
{
    public static DateTimeOffset Of(IGuardClock clock) => clock.Now is var now && now > DateTimeOffset.UnixEpoch ? now : DateTimeOffset.UtcNow;
}
