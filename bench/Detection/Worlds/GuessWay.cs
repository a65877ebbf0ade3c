using Guard.Messages.Places;

namespace Guard.Bench.Detection.Worlds;

/// <summary>How strangers guess passwords.</summary>
public enum GuessWay
{
    /// <summary>One address, many names.</summary>
    Spray,

    /// <summary>Many addresses of many networks, each a few names a day for days.</summary>
    SlowBotnet,

    /// <summary>The same against one account.</summary>
    OneAccount,

    /// <summary>One customer's /64, another of its addresses for each try.</summary>
    One64,

    /// <summary>One customer's /56, another /64 of it for each try.</summary>
    One56,

    /// <summary>One customer's /48, another /64 of it for each try.</summary>
    One48,

    /// <summary>A customer of a carrier, behind another of its shared addresses for each connection. Its other customers are innocent.</summary>
    CarrierPool,
}

/// <summary>One guesser, by what they hold: an address, or an IPv6 prefix.</summary>
public sealed class GuessSource(GuessWay way)
{
    public GuessWay Way { get; } = way;

    public int Tries { get; set; }

    /// <summary>Tries that met a block.</summary>
    public int Stopped { get; set; }
}

/// <summary>A wrong password.</summary>
public readonly record struct Guess(long At, byte[] Name, NetworkAddress Address, GuessSource Source);
