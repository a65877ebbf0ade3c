using Guard.Bench.Detection.Life;
using Guard.Messages.Places;

namespace Guard.Bench.Detection.Attacks;

/// <summary>What a thief does at one time.</summary>
public enum AttackStep : byte
{
    Login,
    Failure,
    Mails,
}

/// <param name="Mails">Mails over one connection.</param>
/// <param name="Recipients">Recipients of each.</param>
/// <param name="Unknown">Share of recipients that do not exist.</param>
public readonly record struct AttackAction(
    long At,
    AttackStep Step,
    NetworkAddress Address,
    int Mails = 0,
    int Recipients = 0,
    double Unknown = 0,
    Lines.Envelope Envelope = default,
    long Spacing = 1500
);

/// <summary>One labelled attack on one account.</summary>
public sealed class Takeover(Account victim, TakeoverKind kind, IReadOnlyList<AttackAction> actions)
{
    public Account Victim => victim;

    public TakeoverKind Kind => kind;

    /// <summary>How a thief of the worlds goes about it; null for the fixed kinds.</summary>
    public Worlds.ThiefWay? Way { get; init; }

    /// <summary>In order of time.</summary>
    public IReadOnlyList<AttackAction> Actions { get; } = [.. actions.OrderBy(action => action.At)];

    /// <summary>When the thief first succeeds; for a mere brute force its first guess.</summary>
    public long Start { get; } = actions.Where(action => !kind.IsTakeover() || action.Step != AttackStep.Failure).Min(action => action.At);

    public long End { get; } = actions.Max(action => action.At);

    public HashSet<NetworkAddress> Addresses { get; } = [.. actions.Select(action => action.Address)];

    /// <summary>Guesses by address.</summary>
    public IReadOnlyDictionary<NetworkAddress, int> Guesses { get; } =
        actions.Where(action => action.Step == AttackStep.Failure).GroupBy(action => action.Address).ToDictionary(group => group.Key, group => group.Count());

    public int Mails { get; } = actions.Sum(action => action.Mails);
}
