using Guard.Messages.Policies;

namespace Guard.Actors.Policies;

/// <summary>Which places a quota's <c>when</c> stands for.</summary>
public static class PlaceClasses
{
    /// <summary>Whether all that comes from a place of the class is counted.</summary>
    public static bool Includes(this PlaceClass when, PlaceClass place) =>
        when == PlaceClass.Any || when == place || (when == PlaceClass.Elsewhere && place is (PlaceClass.Neutral or PlaceClass.Suspicious));

    /// <summary>For people, after an amount: <c> from suspicious places</c>; empty where it counts everywhere.</summary>
    public static string From(this PlaceClass when) =>
        when switch
        {
            PlaceClass.Any => "",
            PlaceClass.Elsewhere => " from elsewhere",
            _ => $" from {when.ToString().ToLowerInvariant()} places",
        };
}
