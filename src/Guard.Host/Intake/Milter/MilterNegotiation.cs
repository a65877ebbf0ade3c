using System.Buffers.Binary;

namespace Guard.Host.Intake.Milter;

/// <summary>
/// What mail server and milter agree on (SMFIC_OPTNEG; flags SMFIF_* and SMFIP_* of mfdef.h): the mail server offers, the milter picks. Headers,
/// bodies and unknown commands are not wanted: no content of a message ever comes here.
/// </summary>
public readonly record struct MilterNegotiation(uint Version, uint Actions, uint Steps)
{
    private const uint AddHeaders = 0x01;
    private const uint Quarantine = 0x20;
    private const uint NoBody = 0x10;
    private const uint NoHeaders = 0x20;
    private const uint NoUnknown = 0x100;

    private const uint Highest = 6;

    /// <summary>Headers and quarantine came with version 2.</summary>
    private const uint Lowest = 2;

    public bool MayAddHeaders => (Actions & AddHeaders) != 0;

    public bool MayQuarantine => (Actions & Quarantine) != 0;

    /// <summary>Reads the offer and picks from it.</summary>
    public static MilterNegotiation Pick(ReadOnlySpan<byte> offer)
    {
        if (offer.Length < 12)
            throw new MilterProtocolException("a short negotiation");
        var version = BinaryPrimitives.ReadUInt32BigEndian(offer);
        if (version < Lowest)
            throw new MilterProtocolException($"milter protocol {version} is too old");
        var actions = BinaryPrimitives.ReadUInt32BigEndian(offer[4..]);
        var steps = BinaryPrimitives.ReadUInt32BigEndian(offer[8..]);
        return new(Math.Min(version, Highest), actions & (AddHeaders | Quarantine), steps & (NoBody | NoHeaders | NoUnknown));
    }
}
