namespace Guard.Host.Intake.DovecotAuthPolicy;

/// <summary>The commands of weakforced's API that are understood here (wforce_api.7), and the outcomes of "allow" that its statistics count.</summary>
internal static class AuthPolicyCommands
{
    public const string Allow = "allow";
    public const string Report = "report";
    public const string Reset = "reset";
    public const string AddBlack = "addBLEntry";
    public const string DeleteBlack = "delBLEntry";
    public const string AddWhite = "addWLEntry";
    public const string DeleteWhite = "delWLEntry";
    public const string GetBlack = "getBL";
    public const string GetWhite = "getWL";
    public const string Stats = "stats";
    public const string SubjectStats = "getDBStats";
    public const string Ping = "ping";
    public const string SyncDone = "syncDone";
    public const string SyncDatabases = "syncDBs";
    public const string DumpEntries = "dumpEntries";
    public const string AddSibling = "addSibling";
    public const string RemoveSibling = "removeSibling";
    public const string SetSiblings = "setSiblings";

    public const string Allowed = "allow_allowed";
    public const string Denied = "allow_denied";
    public const string Tarpitted = "allow_tarpitted";
    public const string Blacklisted = "allow_blacklisted";
    public const string Whitelisted = "allow_whitelisted";

    public static IReadOnlyList<string> Names { get; } =
    [
        Allow,
        Report,
        Reset,
        AddBlack,
        DeleteBlack,
        AddWhite,
        DeleteWhite,
        GetBlack,
        GetWhite,
        Stats,
        SubjectStats,
        Ping,
        SyncDone,
        SyncDatabases,
        Allowed,
        Denied,
        Tarpitted,
        Blacklisted,
        Whitelisted,
    ];

    /// <summary>weakforced's names of how long a call ran, shortest first.</summary>
    public static IReadOnlyList<string> Durations { get; } = ["WTR_0_1", "WTR_1_10", "WTR_10_100", "WTR_100_1000", "WTR_Slow"];

    /// <summary>Whether a command changes what the guard holds for or against somebody by order, not by what was seen.</summary>
    public static bool IsOrder(string command) => command is Reset or AddBlack or DeleteBlack or AddWhite or DeleteWhite;

    /// <summary>What has to be given with commands that concern weakforced's own siblings; empty for all others.</summary>
    public static IReadOnlyList<string> MandatoryOf(string command) =>
        command switch
        {
            SyncDatabases => ["replication_host", "replication_port", "callback_url", "callback_auth_pw"],
            DumpEntries => ["dump_host", "dump_port"],
            AddSibling or RemoveSibling => ["sibling_host", "sibling_port"],
            _ => [],
        };

    /// <summary>Whether a command is about weakforced's own way of sharing what it knows, which this is no part of.</summary>
    public static bool IsOfSiblings(string command) => command is SyncDatabases or DumpEntries or AddSibling or RemoveSibling or SetSiblings;

    /// <summary>Reading commands are called by GET, the others by POST.</summary>
    public static string? MethodOf(string command) =>
        command switch
        {
            Ping or Stats or GetBlack or GetWhite or SyncDone => "GET",
            Allow
            or Report
            or Reset
            or AddBlack
            or DeleteBlack
            or AddWhite
            or DeleteWhite
            or SubjectStats
            or SyncDatabases
            or DumpEntries
            or AddSibling
            or RemoveSibling
            or SetSiblings => "POST",
            _ => null,
        };
}
