using System.Collections.Immutable;
using System.Net;
using Guard.Actors.Entities;

namespace Guard.Host.Configuration;

/// <summary>Reads <c>cluster</c>.</summary>
internal static class ClusterReader
{
    private static readonly string[] Roles = [ClusterSettings.Intake, ClusterSettings.Entities, ClusterSettings.Console];

    /// <param name="files">Resolves a file's name.</param>
    public static (IPEndPoint Listen, ClusterSettings Settings) Read(NodeReader reader, PersistenceEngine engine, Func<string, string> files)
    {
        var listen = Listen(reader);
        var advertise = reader.Text("advertise", "") is { Length: > 0 } told ? Address(reader, "advertise", told) : null;
        var self = advertise ?? new NodeAddress(listen.Address.ToString(), listen.Port);
        var seeds = ImmutableArray.CreateBuilder<NodeAddress>();
        foreach (var word in reader.WordNodes("seeds"))
        {
            if (Address(reader, "seeds", word.Text!) is { } seed && seed != self)
                seeds.Add(seed);
        }
        var settings = new ClusterSettings
        {
            Advertise = advertise,
            Seeds = seeds.ToImmutable(),
            SeedsDns = reader.Text("seeds-dns", "") is { Length: > 0 } name ? Address(reader, "seeds-dns", name) : null,
            Shards = reader.Number("shards", EntityPlacement.UsualShards, 1, 10_000),
            StableAfter = reader.Duration("stable-after", TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)),
            Tls = Tls(reader.Section("tls"), files),
            DangerousPlainTransport = reader.Switch("dangerous-plain-transport", false),
        };
        if (reader.Text("node", "") is { Length: > 0 } node)
            settings = settings with { Node = node.ToLowerInvariant() };
        if (reader.Has("roles"))
            settings = settings with { Roles = RolesOf(reader) };
        else
            reader.Raw("roles");
        Check(reader, listen, settings, engine);
        reader.Close();
        return (listen, settings);
    }

    private static ImmutableArray<string> RolesOf(NodeReader reader)
    {
        var roles = reader.Words("roles", []);
        foreach (var unknown in roles.Where(role => !Roles.Contains(role)))
            reader.Fault("roles", $"'{unknown}' is not a role", $"some of {string.Join(", ", Roles)}");
        if (roles.IsEmpty)
            reader.Fault("roles", "a node without a role does nothing", $"some of {string.Join(", ", Roles)}");
        return roles;
    }

    private static void Check(NodeReader reader, IPEndPoint listen, ClusterSettings settings, PersistenceEngine engine)
    {
        if (settings is { DangerousPlainTransport: true, Tls: not null })
            reader.Fault("dangerous-plain-transport", "is on beside tls", "one of the two: tls is the one that is safe");
        if (!settings.HasOthers)
            return;
        if (settings is { Tls: null, DangerousPlainTransport: false } && !reader.Section("tls").Has("certificate"))
            reader.Fault(
                "tls",
                "is missing: without it whoever reaches the port commands the guard",
                "certificate, key and ca of this node (accountguard cluster-certificates makes them)"
            );
        var key = settings.Seeds.Length > 0 ? "seeds" : "seeds-dns";
        if (engine is PersistenceEngine.GroupCommit or PersistenceEngine.Stock)
            reader.Fault(
                key,
                "several nodes cannot share a journal in SQLite, each would have its own truth",
                "accountguard.persistence.engine = postgres, or no other nodes"
            );
        if (settings.Advertise is null && (listen.Address.Equals(IPAddress.Any) || listen.Address.Equals(IPAddress.IPv6Any)))
            reader.Fault("advertise", "is missing: the others cannot reach 0.0.0.0", "this node's name or address");
    }

    private static ClusterTlsSettings? Tls(NodeReader reader, Func<string, string> files)
    {
        var settings = new ClusterTlsSettings(files(reader.Text("certificate", "")), files(reader.Text("key", "")), files(reader.Text("ca", "")));
        string[] given = [settings.Certificate, settings.Key, settings.Authority];
        if (given.Any(file => file.Length > 0) && given.Any(file => file.Length == 0))
            reader.Fault("certificate", "certificate, key and ca belong together", "three PEM files, or none");
        reader.Close();
        return given.All(file => file.Length > 0) ? settings : null;
    }

    private static NodeAddress? Address(NodeReader reader, string key, string text)
    {
        if (NodeAddress.Parse(text) is { } address)
            return address;
        reader.Fault(key, $"'{text}' is not a node", $"host or host:port such as mail1.example.com:{NodeAddress.UsualPort}");
        return null;
    }

    private static IPEndPoint Listen(NodeReader reader)
    {
        var usual = new IPEndPoint(IPAddress.Loopback, NodeAddress.UsualPort);
        if (reader.Word("listen") is not { } text || text is "off")
            return usual;
        if (IPEndPoint.TryParse(text, out var endpoint) && endpoint.Port > 0)
            return endpoint;
        reader.Fault("listen", $"'{text}' is not an address to listen on", $"address:port such as 127.0.0.1:{NodeAddress.UsualPort}, or off");
        return usual;
    }
}
