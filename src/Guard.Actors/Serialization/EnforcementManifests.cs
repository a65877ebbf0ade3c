using Guard.Messages.Enforcement;
using Guard.Messages.Wire;

namespace Guard.Actors.Serialization;

/// <summary>Contracts of the ledgers besides the first ones.</summary>
internal static class EnforcementManifests
{
    public static IReadOnlyList<Contract> All { get; } =
    [
        GuardManifests.Of<AddressLimited, AddressLimitedRecord>("f.limited.1", LedgerWire.Write, AddressLimitedRecord.Parser, LedgerWire.Read),
    ];

    /// <summary>What is stored: these have golden files.</summary>
    public static IReadOnlyList<string> Stored { get; } = ["f.limited.1"];
}
