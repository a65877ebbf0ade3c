using Guard.Messages.Places;

namespace Guard.Host.Geo;

/// <summary>Finds the place of an address; never fails, an unknown one has only its address and kind.</summary>
public interface IPlaceLookup
{
    Place Find(NetworkAddress address);

    /// <param name="isUsed">Somebody was let in from there: lists in the DNS are asked about it behind this answer. Of an attempt that failed none is asked.</param>
    Place Find(NetworkAddress address, bool isUsed) => Find(address);
}
