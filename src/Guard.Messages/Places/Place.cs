namespace Guard.Messages.Places;

/// <summary>Where an observation came from, looked up once at the edge. Anything a database does not know is left empty.</summary>
/// <param name="Address">The client's address.</param>
/// <param name="Kind">The range the address belongs to.</param>
/// <param name="Country">ISO 3166-1 alpha-2 in capitals, or empty. Continent and UN M49 region follow from it.</param>
/// <param name="Subdivision">ISO 3166-2 with its country (<c>GB-SCT</c>), or empty.</param>
/// <param name="Asn">Autonomous system number, or 0.</param>
/// <param name="Latitude">Degrees north, or NaN.</param>
/// <param name="Longitude">Degrees east, or NaN.</param>
/// <param name="Anonymous">Anonymising network flags.</param>
public sealed record Place(
    NetworkAddress Address,
    AddressKind Kind = AddressKind.Unknown,
    string Country = "",
    string Subdivision = "",
    uint Asn = 0,
    float Latitude = float.NaN,
    float Longitude = float.NaN,
    AnonymousNetwork Anonymous = AnonymousNetwork.None
)
{
    /// <summary>Lists of reputation that name the address; empty for none.</summary>
    public string Listed { get; init; } = "";

    /// <summary>What these lists weigh together, in bits.</summary>
    public float ListedBits { get; init; }

    public static Place None { get; } = new(default(NetworkAddress));

    public bool HasCoordinates => !float.IsNaN(Latitude) && !float.IsNaN(Longitude);
}
