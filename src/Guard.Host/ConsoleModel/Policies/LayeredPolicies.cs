using System.Collections.Immutable;
using System.Text.Json;
using Guard.Actors.Policies;
using Guard.Host.Configuration;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Host.ConsoleModel.Policies;

/// <summary>
/// The file's policies with those on top that were set at run time: for everybody, for a site and for an account the console's word goes before the file's, and
/// the narrower goes before the wider, as in the file itself. Immutable.
/// </summary>
/// <param name="File">The file's section <c>policy</c>.</param>
/// <param name="Mode">The host's mode, for policies that say none.</param>
/// <param name="Set">What is set at run time, by subject.</param>
internal sealed record LayeredPolicies(ConfigurationNode File, GuardMode Mode, ImmutableSortedDictionary<string, StandingOverride> Set)
{
    private const string Domains = "domains";

    /// <summary>What is known of wrong alarms here.</summary>
    public AlarmCurve Alarms { get; init; } = AlarmCurve.Expected;

    /// <summary>Keys of the file's tree.</summary>
    public static KeyTrail Section { get; } = KeyTrail.Root.Then("accountguard").Then("policy");

    public static LayeredPolicies Of(ConfigurationNode? file, GuardMode mode) =>
        new(
            file ?? ConfigurationNode.Empty(Origin.CommandLine(Section)),
            mode,
            ImmutableSortedDictionary.Create<string, StandingOverride>(StringComparer.Ordinal)
        );

    /// <summary>Where a subject's own tree stands.</summary>
    public static KeyTrail KeyOf(string subject) =>
        OverrideSubject.Parse(subject) switch
        {
            (null, _) => Section.Then("default"),
            (var site, null) => Section.Then("sites").Then(site),
            var (site, user) => Section.Then("sites").Then(site).Then("users").Then(user),
        };

    /// <summary>What is set for a subject here; null for nothing.</summary>
    public ConfigurationNode? OwnTree(string subject)
    {
        if (!Set.TryGetValue(subject, out var standing))
            return null;
        var tree = JsonNodes.Tree(JsonNodes.Parse(standing.Own), KeyOf(subject));
        return tree.Object!.Count == 0 ? null : tree;
    }

    /// <summary>What the file says for a subject; null for nothing.</summary>
    public ConfigurationNode? FileTree(string subject) =>
        OverrideSubject.Parse(subject) switch
        {
            (null, _) => File.Find("default"),
            (var site, null) => Named(File.Find("sites"), site).Node,
            var (site, user) => Named(Named(File.Find("sites"), site).Node?.Find("users"), user).Node
                ?? Named(Named(File.Find("sites"), site).Node?.Find("users"), new UserId(user).Local).Node,
        };

    /// <summary>The whole section as one tree.</summary>
    public ConfigurationNode Merged()
    {
        var root = Members(File);
        if (OwnTree(OverrideSubject.Default) is { } everybody)
            root["default"] = root.TryGetValue("default", out var below) ? everybody.Over(below) : everybody;
        var sites = Members(File.Find("sites"));
        foreach (var subject in Set.Keys.Where(subject => subject.Length > 0))
        {
            if (OwnTree(subject) is not { } own)
                continue;
            var (site, user) = OverrideSubject.Parse(subject);
            var key = Key(sites, site!);
            var standing = sites.TryGetValue(key, out var known) ? known : ConfigurationNode.Empty(new Origin(JsonNodes.File, 0, KeyOf(site!)));
            sites[key] = user is null ? own.Over(standing) : WithUser(standing, subject, user, own);
        }
        if (sites.Count > 0)
            root["sites"] = ConfigurationNode.Of(sites, File.Find("sites")?.Origin ?? new Origin(JsonNodes.File, 0, Section.Then("sites")));
        return ConfigurationNode.Of(root, File.Origin);
    }

    /// <summary>
    /// An account set at run time goes by its whole name, which goes before a bare local part; what the file says for the bare one holds below it.
    /// </summary>
    private ConfigurationNode WithUser(ConfigurationNode site, string subject, string user, ConfigurationNode own)
    {
        var members = Members(site);
        var users = Members(site.Find("users"));
        users[Key(users, user)] = FileTree(subject) is { } below ? own.Over(below) : own;
        members["users"] = ConfigurationNode.Of(
            users,
            site.Find("users")?.Origin ?? new Origin(JsonNodes.File, 0, KeyOf(OverrideSubject.Parse(subject).Site!).Then("users"))
        );
        return ConfigurationNode.Of(members, site.Origin);
    }

    /// <summary>Reads the whole exactly as the file is read.</summary>
    public (PolicyBook Book, FaultCollector Faults) Read() => Read(out _);

    /// <param name="alarmsMeant">See <see cref="AlarmRates.Meant"/>.</param>
    public (PolicyBook Book, FaultCollector Faults) Read(out string alarmsMeant)
    {
        var faults = new FaultCollector();
        // A site that could take domains here would take those of others, with all of their accounts.
        foreach (var subject in Set.Keys.Where(subject => OwnTree(subject)?.Find(Domains) is not null))
            faults.Add(new Origin(JsonNodes.File, 0, KeyOf(subject).Then(Domains)), "is set in the configuration file only", "no domains here");
        var merged = Merged();
        var rates = new AlarmRates(Alarms);
        var book = new PolicyReader(faults, Mode, rates).Read(new NodeReader(merged, merged.Origin, faults), merged);
        alarmsMeant = rates.Meant;
        return (book, faults);
    }

    /// <summary>Reads what concerns one subject: the default, or one site with its accounts. The domains of all sites are looked at, so that a site stays
    /// whole.</summary>
    public (GuardPolicy Policy, FaultCollector Faults) Read(string subject)
    {
        var (site, user) = OverrideSubject.Parse(subject);
        var (book, faults) = Narrow(site).Read();
        var policy =
            site is null ? book.Default
            : user is null ? book.For(new SiteId(site)).Policy
            : book.For(new SiteId(site)).For(new UserId(user));
        return (policy, faults);
    }

    /// <summary>A site with its accounts, by all that holds for it here.</summary>
    public SitePolicies ReadSite(string site) => Narrow(site).Read().Book.For(new SiteId(site));

    /// <summary>Without what is set at run time for a site and its accounts.</summary>
    public LayeredPolicies WithoutSite(string site) =>
        this with
        {
            Set = Set.RemoveRange(Set.Keys.Where(subject => OverrideSubject.Parse(subject).Site == site)),
        };

    /// <summary>What owners of a site may change.</summary>
    public OwnerBounds BoundsOf(string site)
    {
        var merged = Narrow(site).Merged();
        var everybody = merged.Find("default", OwnerBounds.Key);
        var own = Named(merged.Find("sites"), site).Node?.Find(OwnerBounds.Key);
        var node =
            own is null ? everybody
            : everybody is null ? own
            : own.Over(everybody);
        var faults = new FaultCollector();
        return OwnerBoundsReader.Read(new NodeReader(node, node?.Origin ?? File.Origin, faults), faults);
    }

    /// <param name="site">Null: the default alone.</param>
    private LayeredPolicies Narrow(string? site) =>
        this with
        {
            Set = Set.RemoveRange(Set.Keys.Where(other => other.Length > 0 && OverrideSubject.Parse(other).Site != site)),
            File = Only(site),
        };

    /// <summary>The file with one site; of the others only their names and domains.</summary>
    private ConfigurationNode Only(string? wanted)
    {
        var members = Members(File);
        if (File.Find("sites") is not { Object: { } sites } node)
            return File;
        if (wanted is null)
        {
            members.Remove("sites");
            return ConfigurationNode.Of(members, File.Origin);
        }
        members["sites"] = ConfigurationNode.Of(
            sites
                .Where(site => Same(site.Key, wanted) || site.Value.Find("domains") is not null)
                .ToDictionary(
                    site => site.Key,
                    site =>
                        Same(site.Key, wanted)
                            ? site.Value
                            : ConfigurationNode.Of(new Dictionary<string, ConfigurationNode> { ["domains"] = site.Value.Find("domains")! }, site.Value.Origin)
                ),
            node.Origin
        );
        return ConfigurationNode.Of(members, File.Origin);
    }

    /// <summary>The same with something else set for a subject.</summary>
    /// <exception cref="JsonException">It is no object.</exception>
    public LayeredPolicies With(string subject, string own)
    {
        _ = JsonNodes.Parse(own);
        return this with
        {
            Set = Set.SetItem(subject, new StandingOverride(subject, Set.TryGetValue(subject, out var known) ? known.Version : 0, 0, own, default, "")),
        };
    }

    private static Dictionary<string, ConfigurationNode> Members(ConfigurationNode? node) => node?.Object is { } members ? new(members) : [];

    private static string Key(IReadOnlyDictionary<string, ConfigurationNode> members, string name) =>
        members.Keys.FirstOrDefault(key => Same(key, name)) ?? name;

    private static (string Key, ConfigurationNode? Node) Named(ConfigurationNode? node, string name) =>
        node?.Object?.FirstOrDefault(member => Same(member.Key, name)) is { Value: { } found, Key: var key } ? (key, found) : (name, null);

    private static bool Same(string key, string name) => string.Equals(key, name, StringComparison.OrdinalIgnoreCase);
}
