using Guard.Bench.Detection.World;
using Guard.Messages.Places;

namespace Guard.Bench.Detection.Life;

/// <summary>A domain with its office.</summary>
/// <param name="MoveDay">From this day the office has the new line.</param>
public sealed record Site(int Index, string Domain, Country Country, Network Office, Network NewOffice, int MoveDay)
{
    public NetworkAddress OfficeAddress(int day) => day < MoveDay ? Office.Fixed(Dice.Hash((ulong)Index, 21)) : NewOffice.Fixed(Dice.Hash((ulong)Index, 22));
}
