using System.Globalization;

namespace Guard.Host.Tests.Architecture;

/// <summary>The floors of <c>src/floors.txt</c>: of each house its rooms with their numbers, from the ground up.</summary>
internal sealed class HousePlan
{
    private readonly Dictionary<string, Dictionary<string, int>> _houses = [];

    public static HousePlan Read(IEnumerable<string> lines)
    {
        var plan = new HousePlan();
        var house = new Dictionary<string, int>();
        foreach (var line in lines.Select(line => line.Split('#')[0].TrimEnd()).Where(line => line.Length > 0))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (line[0] != ' ')
                plan._houses.Add(words[0], house = []);
            else
                foreach (var room in words.Skip(1))
                    house.Add(room, int.Parse(words[0], CultureInfo.InvariantCulture));
        }
        return plan;
    }

    public static HousePlan OfTheRepository() => Read(File.ReadLines(Path.Combine(Repository.Root, "src", "floors.txt")));

    public IEnumerable<string> Houses => _houses.Keys;

    public IReadOnlyDictionary<string, int> RoomsOf(string house) => _houses[house];
}
