namespace Guard.Actors.Entities;

/// <summary>Where entities live in a cluster.</summary>
/// <param name="Role">Only nodes with this role host them; empty: all.</param>
/// <param name="Hosts">Whether this node does.</param>
/// <param name="Shards">The same on every node; changed only while all are stopped.</param>
public sealed record EntityPlacement(string Role, bool Hosts, int Shards)
{
    /// <summary>About ten per node for the largest cluster that is planned for. More shards cost time when a node's are given to others.</summary>
    public const int UsualShards = 120;

    public static EntityPlacement Everywhere { get; } = new("", true, UsualShards);
}
