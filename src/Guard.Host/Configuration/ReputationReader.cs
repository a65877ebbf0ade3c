using System.Collections.Immutable;

namespace Guard.Host.Configuration;

/// <summary>A list of networks with a bad name.</summary>
/// <param name="File">Networks, one a line.</param>
/// <param name="Bits">What it weighs against a strange place.</param>
public sealed record ReputationSettings(string Name, string File, double Bits);

/// <summary>Reads <c>reputation</c>: local lists, each a section with its name.</summary>
internal static class ReputationReader
{
    private const double MaxBits = 8;

    public static ImmutableArray<ReputationSettings> Read(NodeReader reader, Func<string, string> resolve)
    {
        var lists = ImmutableArray.CreateBuilder<ReputationSettings>();
        foreach (var name in reader.Keys.ToArray())
            lists.Add(List(name, reader.Section(name), resolve));
        reader.Close();
        return lists.ToImmutable();
    }

    private static ReputationSettings List(string name, NodeReader reader, Func<string, string> resolve)
    {
        var file = reader.Text("file", "");
        var bits = reader.Score("bits", 3) ?? 0;
        if (file.Length == 0)
            reader.Fault("file", "is missing", "a file of networks, such as /etc/accountguard/drop.txt");
        if (bits > MaxBits)
            reader.Fault("bits", "is too much for a list alone", $"bits from 0 to {MaxBits}");
        reader.Close();
        return new ReputationSettings(name, resolve(file), bits);
    }
}
