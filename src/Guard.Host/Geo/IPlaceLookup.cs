using Guard.Messages.Places;

namespace Guard.Host.Geo;

/// <summary>Finds the place of an address; never fails, an unknown one has only its address and kind.</summary>
public interface IPlaceLookup
{
    Place Find(NetworkAddress address);

    /// <summary>The same of an address from which somebody was let in: lists in the DNS are asked about it behind this answer.</summary>
    Place FindUsed(NetworkAddress address) => Find(address);
}
