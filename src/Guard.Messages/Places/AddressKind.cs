namespace Guard.Messages.Places;

/// <summary>What range an address comes from (IANA special-purpose registries, RFC 6890).</summary>
public enum AddressKind : byte
{
    Unknown = 0,
    Public = 1,
    Private = 2,
    Loopback = 3,
    LinkLocal = 4,
    CarrierNat = 5,
    Documentation = 6,
    Multicast = 7,
    Reserved = 8,
}
