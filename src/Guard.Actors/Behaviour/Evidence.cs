using System.Collections.Immutable;
using Guard.Messages.Decisions;

namespace Guard.Actors.Behaviour;

/// <summary>What speaks against an observation being the owner's, in bits, with the reasons.</summary>
/// <param name="Score">Sum of the reasons' bits, after what the learning phase allows.</param>
/// <param name="Strange">The place is not familiar yet.</param>
/// <param name="Probationer">The place is strange but has stayed quiet long enough to be learnt.</param>
/// <param name="New">The network was not yet used by the owner, though its provider may have been.</param>
/// <param name="Unproven">The network was not the owner's for long.</param>
/// <param name="Suspect">The use that is odd, when it is not the present one.</param>
/// <param name="IsStrangeMail">A first mail from a country never seen, where the mailbox was not opened.</param>
/// <param name="IsLarge">A mail to far more recipients than any before: where it is asked about, it is refused with what it leads to.</param>
public readonly record struct Evidence(
    double Score,
    ImmutableArray<Reason> Reasons,
    bool Strange,
    bool Probationer,
    bool New,
    bool Unproven,
    Sighting Suspect = default,
    bool IsLarge = false,
    bool IsStrangeMail = false
)
{
    public static Evidence None { get; } = new(0, [], false, false, false, false);
}
