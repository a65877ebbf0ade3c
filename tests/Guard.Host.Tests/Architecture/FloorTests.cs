using Mono.Cecil;
using Xunit;

namespace Guard.Host.Tests.Architecture;

/// <summary>The house plan of <c>src/floors.txt</c> holds in all three assemblies.</summary>
public sealed class FloorTests(ITestOutputHelper output)
{
    private static readonly HousePlan Plan = HousePlan.OfTheRepository();

    public static TheoryData<string> Houses => [.. Plan.Houses];

    [Theory]
    [MemberData(nameof(Houses))]
    public void A_room_uses_only_rooms_of_lower_floors(string house)
    {
        var rooms = Plan.RoomsOf(house);
        var uses = RoomUse.Between(UsesIn(house), house);
        Assert.NotEmpty(uses);
        var upwards = uses.Where(use => !rooms.ContainsKey(use.From) || !rooms.TryGetValue(use.To, out var below) || below >= rooms[use.From]).ToArray();
        Assert.True(upwards.Length == 0, $"against src/floors.txt:\n{string.Join('\n', upwards.AsEnumerable())}");
    }

    [Theory]
    [MemberData(nameof(Houses))]
    public void There_is_no_circle_between_rooms(string house)
    {
        var uses = RoomUse.Between(UsesIn(house), house);
        var circles = RoomUse.Circles(uses);
        output.WriteLine($"{house}: {uses.Count} uses between rooms, {circles.Count} circles");
        var members = circles.SelectMany(circle => circle).ToHashSet();
        Assert.True(
            circles.Count == 0,
            string.Join('\n', uses.Where(use => members.Contains(use.From) && members.Contains(use.To)).OrderBy(use => use.Pairs.Count))
        );
    }

    [Theory]
    [InlineData("Web", "Running Commands")]
    [InlineData("Inspection", "Web Running Doctor Commands")]
    public void Only_those_above_use(string room, string allowed)
    {
        var users = RoomUse.Between(UsesIn("Guard.Host"), "Guard.Host").Where(use => use.To == room && !allowed.Split(' ').Contains(use.From)).ToArray();
        Assert.True(users.Length == 0, string.Join('\n', users.AsEnumerable()));
    }

    [Fact]
    public void Every_folder_of_code_has_a_floor_and_every_namespace_follows_its_folder()
    {
        foreach (var house in Plan.Houses.Where(house => house.Count(letter => letter == '.') == 1))
        {
            var root = Path.Combine(Repository.Root, "src", house);
            foreach (var file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
            {
                var folder = Path.GetRelativePath(root, Path.GetDirectoryName(file)!);
                if (folder.StartsWith("obj", StringComparison.Ordinal) || folder.StartsWith("bin", StringComparison.Ordinal))
                    continue;
                var declared = File.ReadLines(file).FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal));
                if (declared is null)
                    continue;
                var wanted = folder == "." ? house : $"{house}.{folder.Replace('/', '.')}";
                Assert.True(declared == $"namespace {wanted};", $"{file}: {declared}");
                Assert.True(folder == "." || Plan.RoomsOf(house).ContainsKey(folder.Split('/')[0]), $"{folder} of {house} has no floor in src/floors.txt");
            }
        }
    }

    [Fact]
    public void A_circle_is_found_and_told_with_its_types()
    {
        var (below, above) = (
            new TypeDefinition("House.Cellar", "Rack", TypeAttributes.Class),
            new TypeDefinition("House.Attic", "Trunk", TypeAttributes.Class)
        );
        var uses = RoomUse.Between([(below, above), (above, below)], "House");
        Assert.Equal(
            [
                ["Attic", "Cellar"],
            ],
            RoomUse.Circles(uses)
        );
        Assert.Contains(uses, use => use.ToString() == "Cellar uses Attic: Rack → Trunk");
        Assert.Empty(RoomUse.Circles(RoomUse.Between([(below, above)], "House")));
    }

    private static IReadOnlyCollection<(TypeDefinition From, TypeDefinition To)> UsesIn(string house) =>
        TypeUses.Of(
            Path.Combine(
                AppContext.BaseDirectory,
                house.StartsWith("Guard.Host", StringComparison.Ordinal) ? "accountguard.dll" : $"{string.Join('.', house.Split('.').Take(2))}.dll"
            )
        );
}
