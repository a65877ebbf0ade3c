using System.Collections.Immutable;
using Guard.Actors.Entities;

namespace Guard.Host.Configuration;

/// <summary>Where a node is reached by the others.</summary>
public sealed record NodeAddress(string Host, int Port)
{
    public const int UsualPort = 4053;

    /// <summary>Reads <c>host</c>, <c>host:port</c> or <c>[2001:db8::1]:port</c>.</summary>
    public static NodeAddress? Parse(string text)
    {
        if (text.Length == 0 || !Uri.TryCreate($"tcp://{text}", UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.AbsolutePath.Length > 1)
            return null;
        return new NodeAddress(uri.Host, uri.Port is > 0 ? uri.Port : UsualPort);
    }

    public override string ToString() => $"{Host}:{Port}";
}

/// <summary>Mutual TLS between nodes.</summary>
/// <param name="Certificate">PEM file of this node's certificate.</param>
/// <param name="Key">PEM file of its key.</param>
/// <param name="Authority">PEM file of the authority: whoever has a certificate of it is a node.</param>
public sealed record ClusterTlsSettings(string Certificate, string Key, string Authority);

/// <summary>This node's place among others.</summary>
public sealed record ClusterSettings
{
    public const string Intake = "intake";
    public const string Entities = "entities";
    public const string Console = "console";

    /// <summary>Where the others reach this node; null: where it listens.</summary>
    public NodeAddress? Advertise { get; init; }

    /// <summary>This node's name, the same over restarts.</summary>
    public string Node { get; init; } = Environment.MachineName.ToLowerInvariant();

    public ImmutableArray<string> Roles { get; init; } = [Intake, Entities, Console];

    /// <summary>Nodes by which others are found, this one left out.</summary>
    public ImmutableArray<NodeAddress> Seeds { get; init; } = [];

    /// <summary>A name that stands for the addresses of all nodes; null when there is none.</summary>
    public NodeAddress? SeedsDns { get; init; }

    public int Shards { get; init; } = EntityPlacement.UsualShards;

    /// <summary>How long the view of the others must have been the same before those that cannot be reached are given up.</summary>
    public TimeSpan StableAfter { get; init; } = TimeSpan.FromSeconds(3);

    public ClusterTlsSettings? Tls { get; init; }

    /// <summary>A port without TLS: whoever reaches it commands the guard.</summary>
    public bool DangerousPlainTransport { get; init; }

    /// <summary>Whether anybody else can speak to this node; one that is alone opens nothing.</summary>
    public bool OpensTransport => HasOthers || DangerousPlainTransport || SeparateJournals;

    /// <summary>Nodes may meet although each has a journal of its own, as tests of what needs none do. Not to be configured.</summary>
    public bool SeparateJournals { get; init; }

    /// <summary>Whether there are, or may be, other nodes.</summary>
    public bool HasOthers => Seeds.Length > 0 || SeedsDns is not null;

    public bool Has(string role) => Roles.Contains(role);

    /// <summary>Names what this node tells of: sources of two machines often have the same path.</summary>
    public string NameOf(string source) => HasOthers ? $"{Node}:{source}" : source;
}
