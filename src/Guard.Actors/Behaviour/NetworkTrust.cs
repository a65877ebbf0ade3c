namespace Guard.Actors.Behaviour;

/// <summary>How far a network is the owner's, from least to most.</summary>
internal enum NetworkTrust : byte
{
    /// <summary>Another country or another provider than they use.</summary>
    Strange,

    /// <summary>A new network of a provider and country that they use, just seen.</summary>
    Near,

    /// <summary>The same, from where mail was quietly read for a while: thieves come to send.</summary>
    Settled,

    /// <summary>Used on other days.</summary>
    Proven,
}
