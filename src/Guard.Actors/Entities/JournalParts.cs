using System.Collections.Immutable;
using Akka.Actor;
using Guard.Actors.Behaviour;

namespace Guard.Actors.Entities;

/// <summary>
/// Over which journals a system's users, sites and addresses are parted. An entity's journal follows from its id and the number of journals alone, so that any
/// node finds it; that number never changes. Everything else that persists (ledgers, wakers) is in the first.
/// </summary>
public sealed class JournalParts : IExtension
{
    /// <summary>Names of the plug-ins, below akka.persistence.journal and akka.persistence.snapshot-store alike.</summary>
    public const string ConfigurationKey = "accountguard-journals";

    private static readonly ImmutableArray<string> Prefixes = ["user-", "site-", "branch-", "addresses-"];

    private readonly ImmutableArray<(string Journal, string Snapshots)> _plugins;

    private JournalParts(ExtendedActorSystem system) =>
        _plugins = system.Settings.Config.HasPath(ConfigurationKey)
            ?
            [
                .. system
                    .Settings.Config.GetStringList(ConfigurationKey)
                    .Select(name => ($"akka.persistence.journal.{name}", $"akka.persistence.snapshot-store.{name}")),
            ]
            : [("", "")];

    /// <summary>At least one.</summary>
    public int Count => _plugins.Length;

    public static JournalParts Of(ActorSystem system) => system.WithExtension<JournalParts, Provider>();

    /// <summary>Whether an entity is in the journal of its part; everything else is in the first.</summary>
    public static bool IsParted(string persistenceId) => Prefixes.Any(prefix => persistenceId.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>In which of so many journals an entity is, from 0.</summary>
    public static int PartOf(string persistenceId, int parts) => parts < 2 ? 0 : (int)(StableHash.Of(persistenceId) % (uint)parts);

    /// <summary>The plug-ins of an entity; empty words for those that the system has by default.</summary>
    public (string Journal, string Snapshots) PluginsOf(string persistenceId) => _plugins[PartOf(persistenceId, Count)];

    /// <summary>The snapshot store of a part.</summary>
    public string SnapshotsOf(int part) => _plugins[part].Snapshots;

    private sealed class Provider : ExtensionIdProvider<JournalParts>
    {
        public override JournalParts CreateExtension(ExtendedActorSystem system) => new(system);
    }
}
