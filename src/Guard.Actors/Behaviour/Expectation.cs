using System.Collections.Immutable;
using Guard.Actors.Policies;
using Guard.Messages.Places;
using Guard.Messages.Users;

namespace Guard.Actors.Behaviour;

/// <summary>What was announced, as far as it concerns one observation.</summary>
/// <param name="OfUser">Exceptions of the account.</param>
/// <param name="OfSite">Exceptions of its site.</param>
/// <param name="Amount">The recipients were announced.</param>
public readonly record struct Expectation(ImmutableArray<PlannedException> OfUser, ImmutableArray<PlannedException> OfSite, bool Amount)
{
    private DateTimeOffset Time { get; init; }

    public Expectation At(DateTimeOffset at) => this with { Time = at };

    public bool Names(Place place) =>
        (!OfUser.IsDefaultOrEmpty && ExpectedPlaces.Contain(OfUser, place, Time)) || (!OfSite.IsDefaultOrEmpty && ExpectedPlaces.Contain(OfSite, place, Time));

    public bool Names(Sighting sighting) => Names(new Place(sighting.Address, AddressKind.Public, PlaceKeys.CountryName(sighting.Country)));
}
