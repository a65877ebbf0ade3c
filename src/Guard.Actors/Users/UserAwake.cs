using Guard.Messages.Policies;

namespace Guard.Actors.Users;

/// <summary>Whether an account may be forgotten while nobody asks for it. Pure.</summary>
internal static class UserAwake
{
    /// <summary>From when it has to be awake: at once while it owes effects, at the end of its rung; null when it may sleep.</summary>
    public static DateTimeOffset? DueOf(UserState state) =>
        !state.Owed.IsEmpty ? DateTimeOffset.FromUnixTimeMilliseconds(state.Owed[0].At.ToUnixTimeMilliseconds())
        : state.Reaction.Rung != Rung.Normal ? DateTimeOffset.FromUnixTimeMilliseconds(state.Reaction.Until)
        : null;
}
