using Google.Protobuf;

namespace Guard.Host.Clustering.Wire;

/// <summary>
/// Replicated data of Akka name the class of what they hold. The only ones that nodes of the guard replicate hold the homes of shards; no other class is
/// looked for. The wire's form is that of Akka.DistributedData: a register has its type in field 4, a key in field 3, a type its name in field 2.
/// </summary>
internal static class ReplicatedTypes
{
    public const string Register = "E";
    public const string RegisterKey = "e";
    public const string Deleted = "A";

    private const int TypeOfRegister = 4;
    private const int TypeOfKey = 3;
    private const int NameOfType = 2;

    private static readonly string[] Known =
    [
        "Akka.Cluster.Sharding.ShardCoordinator+CoordinatorState, Akka.Cluster.Sharding",
        // As versions before 1.5 have it; Akka translates it.
        "Akka.Cluster.Sharding.PersistentShardCoordinator+State, Akka.Cluster.Sharding",
    ];

    /// <summary>The name of a type that is not looked for; null: all are known.</summary>
    public static string? Unknown(string manifest, byte[] bytes)
    {
        if (manifest == Deleted)
            return null;
        try
        {
            foreach (var type in Fields(bytes, manifest == Register ? TypeOfRegister : TypeOfKey))
            {
                foreach (var name in Fields(type.ToByteArray(), NameOfType).Select(static name => name.ToStringUtf8()))
                {
                    if (name.Length > 0 && !Known.Contains(name, StringComparer.Ordinal))
                        return name;
                }
            }
            return null;
        }
        catch (InvalidProtocolBufferException damaged)
        {
            return damaged.Message;
        }
    }

    private static IEnumerable<ByteString> Fields(byte[] message, int number)
    {
        using var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag && tag != 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == number && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
                yield return input.ReadBytes();
            else
                input.SkipLastField();
        }
    }
}
