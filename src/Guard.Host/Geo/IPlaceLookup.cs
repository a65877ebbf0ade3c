using Guard.Messages.Places;

namespace Guard.Host.Geo;

/// <summary>Finds the place of an address; never fails, an unknown one has only its address and kind.</summary>
public interface IPlaceLookup
{
    Place Find(NetworkAddress address);
}
