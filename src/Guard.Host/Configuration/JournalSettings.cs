using System.Collections.Immutable;

namespace Guard.Host.Configuration;

/// <summary>How systemd's journal is read.</summary>
/// <param name="Units">Only what these units logged, patterns allowed; empty: everything.</param>
/// <param name="Directory">Where the journal's files are, such as a host's that is mounted into a container; empty: this machine's journal.</param>
/// <param name="Namespace">Of journald, systemd-journald.service(8); empty: the usual one.</param>
/// <param name="Since">How far back the first reading goes.</param>
public sealed record JournalSettings(ImmutableArray<string> Units, string Directory, string Namespace, TimeSpan Since)
{
    public static JournalSettings Usual { get; } = new([], "", "", TimeSpan.FromDays(1));
}
