using Mono.Cecil;

namespace Guard.Host.Tests.Architecture;

/// <summary>That a room uses another one, and by which pairs of types.</summary>
internal sealed record RoomUse(string From, string To, IReadOnlyList<string> Pairs)
{
    /// <summary>The uses between the rooms right below a namespace; types of the namespace itself stand outside of the rooms.</summary>
    public static IReadOnlyList<RoomUse> Between(IEnumerable<(TypeDefinition From, TypeDefinition To)> uses, string house) =>
        [
            .. uses.Select(use => (From: RoomOf(use.From, house), To: RoomOf(use.To, house), Pair: $"{use.From.Name} → {use.To.Name}"))
                .Where(use => use is { From: not null, To: not null } && use.From != use.To)
                .GroupBy(use => (use.From, use.To))
                .Select(group => new RoomUse(group.Key.From!, group.Key.To!, [.. group.Select(use => use.Pair).Order(StringComparer.Ordinal)])),
        ];

    public static string? RoomOf(TypeDefinition type, string house) =>
        type.Namespace.StartsWith(house + ".", StringComparison.Ordinal) ? type.Namespace[(house.Length + 1)..].Split('.')[0] : null;

    /// <summary>Rooms that can be reached from themselves, each circle once.</summary>
    public static IReadOnlyList<string[]> Circles(IReadOnlyList<RoomUse> uses)
    {
        var next = uses.ToLookup(use => use.From, use => use.To);
        var rooms = uses.SelectMany(use => new[] { use.From, use.To }).Distinct().Order(StringComparer.Ordinal).ToArray();
        var reached = rooms.ToDictionary(room => room, room => Reach(room, next));
        return
        [
            .. rooms
                .Where(room => reached[room].Contains(room))
                .GroupBy(room => string.Join(' ', rooms.Where(other => reached[room].Contains(other) && reached[other].Contains(room))))
                .Select(circle => circle.ToArray()),
        ];
    }

    private static HashSet<string> Reach(string from, ILookup<string, string> next)
    {
        var reached = new HashSet<string>();
        var open = new Queue<string>(next[from]);
        while (open.TryDequeue(out var room))
        {
            if (!reached.Add(room))
                continue;
            foreach (var further in next[room])
                open.Enqueue(further);
        }
        return reached;
    }

    public override string ToString() => $"{From} uses {To}: {string.Join(", ", Pairs.Take(8))}{(Pairs.Count > 8 ? $" and {Pairs.Count - 8} more" : "")}";
}
