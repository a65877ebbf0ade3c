using Guard.Messages.Places;
namespace Guard.Actors.Policies.Geography;
public sealed class PlaceSet { 
  private readonly string[] _w = [];
  public static bool TryParse(IEnumerable<string> words, out PlaceSet set, out string? error) { set = new PlaceSet(); error = null; return true; }
  public bool Contains(Place place) => _w.Contains(place.Country); }
public static class GreatCircle { public static double Kilometres(double a, double b, double c, double d) => Math.Abs(a-c)+Math.Abs(b-d); }
