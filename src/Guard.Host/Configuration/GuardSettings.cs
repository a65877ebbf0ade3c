using System.Collections.Immutable;
using System.Net;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Policies;

namespace Guard.Host.Configuration;

/// <summary>Which journal and snapshot store are used.</summary>
public enum PersistenceEngine
{
    /// <summary>Our own group-commit journal and snapshot store on SQLite.</summary>
    GroupCommit,

    /// <summary>Akka.Persistence.Sql on the same SQLite file.</summary>
    Stock,

    /// <summary>Our own group-commit journal and snapshot store on PostgreSQL.</summary>
    Postgres,

    /// <summary>Akka.Persistence.Sql on the same PostgreSQL database.</summary>
    PostgresStock,
}

/// <summary>How logs are read.</summary>
/// <param name="FollowsLogClock">The guard's time is the log's, for a story that lies in the past.</param>
public sealed record LogIntakeSettings(
    ImmutableArray<string> Files,
    string DefaultDomain,
    string SystemDomain,
    string VirtualMap,
    bool FoldCase,
    TimeZoneInfo Zone,
    string DovecotTag,
    bool DovecotAuthFailures,
    bool FollowsLogClock
)
{
    /// <summary>Where names without a domain are when nobody says.</summary>
    public const string NoDomain = "localhost";

    /// <summary>Characters that begin an extension of a local part; empty: none does.</summary>
    public string RecipientDelimiter { get; init; } = "+";

    /// <summary>Nothing was said: <see cref="Zone"/> is this machine's.</summary>
    public bool HasHostsZone { get; init; }

    /// <summary>Whether logs are read again, as far back as there are files, when the journal has lost what was read of them.</summary>
    public bool ReadsAgain { get; init; } = true;

    /// <summary>How far back the first reading of a log goes in the files that were rotated away from it; zero: not at all.</summary>
    public TimeSpan Since { get; init; }

    /// <summary>How far the clock of a machine that logs may be ahead of this one's; a stamp beyond it is replaced by the line's arrival.</summary>
    public TimeSpan MaxAhead { get; init; } = LongestAhead;

    /// <summary>An account's time comes back by itself when it is further ahead than this.</summary>
    public static TimeSpan LongestAhead { get; } = TimeSpan.FromMinutes(10);

    /// <summary>Files as passwd(5) has them, or Dovecot's passwd-file: whom they list is an account before it did anything.</summary>
    public ImmutableArray<string> PasswdFiles { get; init; } = ["/etc/passwd"];
}

/// <summary>Data of places.</summary>
/// <param name="Files">Databases; later ones add to earlier ones. Empty: those that are fetched.</param>
public sealed record GeoSettings(ImmutableArray<string> Files, string Overrides, bool FetchDefault)
{
    /// <summary>Free databases that are fetched when no files are named.</summary>
    public ImmutableArray<GeoData> Fetch { get; init; } = [GeoData.Country, GeoData.As];

    /// <summary>An npm registry; empty: the one npm is set to here, or the public one.</summary>
    public string Registry { get; init; } = "";

    /// <summary>How often newer data are asked for; zero: never.</summary>
    public TimeSpan RenewEvery { get; init; } = TimeSpan.FromDays(7);

    public MaxMindSettings MaxMind { get; init; } = new("", new Secret("", ""), [], "https://download.maxmind.com/geoip/databases");
}

/// <summary>What a free database tells of an address.</summary>
public enum GeoData
{
    Country,
    As,
    City,
}

/// <summary>Databases that MaxMind gives to who has an account there.</summary>
/// <param name="Editions">Such as GeoLite2-City; none: nothing is fetched.</param>
/// <param name="Address">Where they are fetched: MaxMind's own, or a mirror.</param>
public sealed record MaxMindSettings(string Account, Secret LicenceKey, ImmutableArray<string> Editions, string Address);

/// <summary>Journal, snapshots and their growth.</summary>
public sealed record PersistenceSettings(
    PersistenceEngine Engine,
    string SqliteFile,
    string Synchronous,
    string PostgresConnection,
    int SnapshotEvery,
    int KeepEvents
)
{
    /// <summary>Databases behind the first over which users, sites and addresses are parted besides.</summary>
    public ImmutableArray<string> FurtherPostgres { get; init; } = [];

    /// <summary>Every PostgreSQL database of the journal; the first has everything that is not parted, and the console's records.</summary>
    public ImmutableArray<string> PostgresJournals => [PostgresConnection, .. FurtherPostgres];

    /// <summary>Whether the journal is in PostgreSQL, so that several nodes may share it.</summary>
    public bool OnPostgres => Engine is PersistenceEngine.Postgres or PersistenceEngine.PostgresStock;
}

/// <summary>Everything the host is told.</summary>
public sealed record GuardSettings(
    GuardMode Mode,
    string DataDirectory,
    string LogLevel,
    LogIntakeSettings Logs,
    GeoSettings Geo,
    PersistenceSettings Persistence,
    IPEndPoint ClusterListen,
    string InspectionSocket,
    TimeSpan PassivateAfter,
    PolicyBook Policies,
    InlineSettings Inline,
    EnforcementSettings Enforcement,
    SyslogSettings? Syslog
)
{
    /// <summary>An account that was not seen for so long is forgotten; zero: never.</summary>
    public TimeSpan ForgetAfter { get; init; } = TimeSpan.FromDays(400);

    /// <summary>Who may open the inspection socket besides the guard's own user; empty: nobody.</summary>
    public string InspectionGroup { get; init; } = "";

    /// <summary>Local lists of networks with a bad name; none are used unless named.</summary>
    public ImmutableArray<ReputationSettings> Reputation { get; init; } = [];

    /// <summary>This installation's own webmail and proxies.</summary>
    public ImmutableArray<NetworkPrefix> OwnProxies { get; init; } = [];

    /// <summary>Null when off.</summary>
    public ConsoleSettings? Console { get; init; }

    /// <summary>Null when systemd's journal is not read.</summary>
    public JournalSettings? Journal { get; init; }

    public ArchiveSettings Archive { get; init; } = ArchiveSettings.Default;

    /// <summary>The section <c>policy</c> as it was written, for what is set on top of it at run time; null when there is none.</summary>
    public ConfigurationNode? PolicyTree { get; init; }

    /// <summary>Metrics, traces and who may see them.</summary>
    public TelemetrySettings Telemetry { get; init; } = TelemetrySettings.Usual;

    public HttpIntakeSettings Http { get; init; } = new();

    public required ReportSettings Reports { get; init; }

    public ClusterSettings Cluster { get; init; } = new();

    /// <summary>What the sections <c>akka</c> and <c>petabridge.cmd</c> say, for those who ask.</summary>
    public ImmutableArray<PassedSetting> Passed { get; init; } = [];

    /// <summary>Who hands in mail without a login.</summary>
    public ImmutableArray<SenderSettings> Senders { get; init; } = [];
}
