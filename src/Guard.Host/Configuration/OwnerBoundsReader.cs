using System.Collections.Immutable;
using Guard.Actors.Policies;
using Guard.Messages.Policies;

namespace Guard.Host.Configuration;

/// <summary>Reads the section <c>owners</c> of the default or of a site, inherited already.</summary>
internal static class OwnerBoundsReader
{
    private static readonly Dictionary<string, OwnerFreedom> Freedoms = new()
    {
        ["no"] = OwnerFreedom.No,
        ["stricter"] = OwnerFreedom.Stricter,
        ["free"] = OwnerFreedom.Free,
    };

    private static readonly Dictionary<string, OwnerFreedom> PlaceFreedoms = new(Freedoms) { ["home"] = OwnerFreedom.Home };

    /// <summary>What blocks addresses for the whole server, and what says whether anything is done at all, is the administrator's.</summary>
    private static readonly (string Section, OwnerFreedom Usual)[] Sections =
    [
        ("mode", OwnerFreedom.No),
        ("effects", OwnerFreedom.No),
        ("places", OwnerFreedom.Home),
        ("services", OwnerFreedom.Stricter),
        ("quotas", OwnerFreedom.Stricter),
        ("reactions", OwnerFreedom.Stricter),
        ("learning", OwnerFreedom.No),
        ("brute-force", OwnerFreedom.No),
        ("site-alarm", OwnerFreedom.Stricter),
        ("reports", OwnerFreedom.Stricter),
        ("branches", OwnerFreedom.No),
    ];

    public static OwnerBounds Read(NodeReader owners, FaultCollector faults)
    {
        var may = owners.Section("may");
        var read = Sections.ToImmutableDictionary(
            one => one.Section,
            one => may.Choice(one.Section, one.Usual, one.Section == "places" ? PlaceFreedoms : Freedoms)
        );
        may.Close();
        var ceiling = owners.SectionNode("ceiling");
        // For its mistakes alone: what it comes to depends on the site that it stands above.
        if (ceiling is not null)
            new PolicySections(faults, GuardMode.Observe, new AlarmRates(AlarmCurve.Expected)).Read(ceiling);
        owners.Close();
        return new OwnerBounds(read, ceiling is { Object.Count: > 0 } ? ceiling : null);
    }
}
