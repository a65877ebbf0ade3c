using System.Collections.Immutable;
using System.Net;
using Guard.Actors.Policies;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Policies;

namespace Guard.Host.Configuration;

/// <summary>Reads the section <c>accountguard</c>.</summary>
public sealed class SettingsReader(FaultCollector faults, string directory)
{
    /// <summary>Stamps without a zone are in this machine's.</summary>
    private const string HostsZone = "host";

    public GuardSettings Read(NodeReader reader)
    {
        var mode = reader.Enumeration("mode", GuardMode.Observe);
        var data = Resolve(reader.Text("data-directory", "data"), null);
        var level = reader.Choice("log-level", "information", new[] { "debug", "information", "warning", "error" }.ToDictionary(name => name));
        var intake = reader.Section("intake");
        var logs = Logs(intake.Section("logs"));
        var journal = JournalReader.Read(intake.Section("journal"), file => Resolve(file, directory));
        var inline = Inline(intake);
        var syslog = SyslogReader.Read(intake.Section("syslog"), file => Resolve(file, directory));
        var http = HttpIntakeReader.Read(intake.Section("http"));
        var ownProxies = Networks(intake, "own-proxies");
        intake.Close();
        var console = ConsoleReader.Read(reader.Section("console"));
        var telemetry = TelemetryReader.Read(reader.Section("telemetry"));
        var inspection = reader.Section("inspection");
        var socket = Resolve(inspection.Text("socket", ""), null);
        var group = inspection.Text("group", "");
        if (group.Length > 0 && (socket.Length == 0 || Path.GetDirectoryName(Path.GetFullPath(socket)) == Path.GetFullPath(data)))
            inspection.Fault(
                "group",
                "nobody but the guard's own user can enter the data directory",
                "inspection.socket in another directory, such as /run/accountguard/accountguard.sock"
            );
        inspection.Close();
        var enforcement = EnforcementReader.Read(reader.Section("enforcement"));
        // Whatever fails at the own webmail came from elsewhere: it is never blocked.
        enforcement = enforcement with
        {
            Firewall = enforcement.Firewall with
            {
                Policy = enforcement.Firewall.Policy with { Exempt = enforcement.Firewall.Policy.Exempt.AddRange(ownProxies) },
            },
        };
        var reports = ReportReader.Read(reader.Section("reports"), file => Resolve(file, directory));
        var geo = GeoReader.Read(reader.Section("geo"), file => Resolve(file, directory));
        var reputation = new ReputationReader(file => Resolve(file, directory), data).Read(reader.Section("reputation"));
        var persistence = Persistence(reader.Section("persistence"), data);
        var (listen, cluster) = ClusterReader.Read(reader.Section("cluster"), persistence.Engine, file => Resolve(file, directory));
        var passivate = reader.Duration("passivate-after", TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(1), TimeSpan.FromDays(7));
        var forget =
            reader.Text("forget-after", "400d") == "never"
                ? TimeSpan.Zero
                : reader.Duration("forget-after", TimeSpan.FromDays(400), TimeSpan.FromDays(1), TimeSpan.FromDays(3650));
        var policies = new PolicyReader(faults, mode, new AlarmRates(AlarmCurve.Expected)).Read(reader.Section("policy"), reader.Raw("policy"));
        var archive = ArchiveSettingsReader.Read(reader.Section("archive"));
        var senders = SenderReader.Read(reader.Section("senders"));
        reader.Close();
        return new GuardSettings(
            mode,
            data,
            level,
            logs,
            geo,
            persistence,
            listen,
            socket.Length == 0 ? Path.Combine(data, "accountguard.sock") : socket,
            passivate,
            policies,
            inline with
            {
                OwnProxies = ownProxies,
            },
            enforcement,
            syslog
        )
        {
            InspectionGroup = group,
            ForgetAfter = forget,
            OwnProxies = ownProxies,
            Console = console,
            Journal = journal,
            Archive = archive,
            PolicyTree = reader.Raw("policy"),
            Telemetry = telemetry,
            Http = http,
            Reports = reports,
            Cluster = cluster,
            Senders = senders,
            Reputation = reputation,
        };
    }

    private static ImmutableArray<NetworkPrefix> Networks(NodeReader reader, string key)
    {
        var networks = ImmutableArray.CreateBuilder<NetworkPrefix>();
        foreach (var word in reader.WordNodes(key))
        {
            if (NetworkPrefix.TryParse(word.Text!, out var prefix))
                networks.Add(prefix);
            else
                reader.Fault(key, $"'{word.Text}' is not a network", "networks such as 192.0.2.0/24, 2001:db8::/32 or an address");
        }
        return networks.ToImmutable();
    }

    private LogIntakeSettings Logs(NodeReader reader)
    {
        var zoneName = reader.Text("time-zone", HostsZone);
        var zone = TimeZoneInfo.Local;
        if (zoneName != HostsZone && !TimeZoneInfo.TryFindSystemTimeZoneById(zoneName, out zone))
        {
            reader.Fault("time-zone", $"'{zoneName}' is not a time zone", "host for this machine's, or a name such as UTC or Europe/London");
            zone = TimeZoneInfo.Utc;
        }
        var domain = reader.Text("default-domain", LogIntakeSettings.NoDomain);
        var settings = new LogIntakeSettings(
            [.. reader.Words("files", []).Select(file => Resolve(file, directory))],
            domain,
            reader.Text("system-domain", "") is { Length: > 0 } system ? system : domain,
            Table(reader.Text("virtual-map", ""), directory),
            reader.Switch("fold-case", true),
            zone,
            reader.Text("dovecot-tag", "dovecot"),
            reader.Switch("dovecot-auth-failures", true),
            reader.Choice("clock", false, new Dictionary<string, bool> { ["wall"] = false, ["log"] = true })
        )
        {
            RecipientDelimiter = reader.Text("recipient-delimiter", "+"),
            HasHostsZone = zoneName == HostsZone,
            MaxAhead = reader.Duration("max-ahead", LogIntakeSettings.LongestAhead, TimeSpan.FromSeconds(1), LogIntakeSettings.LongestAhead),
            PasswdFiles = [.. reader.Words("passwd-files", ["/etc/passwd"]).Select(file => Resolve(file, directory))],
            Since = reader.Duration("since", TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromDays(365)),
            ReadsAgain = reader.Choice("journal-lost", true, new Dictionary<string, bool> { ["read-again"] = true, ["go-on"] = false }),
        };
        reader.Close();
        return settings;
    }

    private static InlineSettings Inline(NodeReader intake)
    {
        var chosen = new HashSet<EndPoint>();
        var policy = intake.Section("postfix-policy");
        var auth = intake.Section("auth-policy");
        var milter = intake.Section("milter");
        var settings = new InlineSettings(
            Asked(policy, 10031, chosen),
            Asked(auth, 8084, chosen),
            Asked(milter, 10033, chosen),
            chosen,
            intake.Duration("deadline", TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(1)),
            intake.Choice("unanswered", false, new Dictionary<string, bool> { ["allow"] = false, ["defer"] = true }),
            intake.Text("contact", ""),
            auth.Text("user", ""),
            auth.Text("password", ""),
            auth.Switch("count-reports", true)
        )
        {
            Answers = Answers(intake.Section("answers")),
            MaxConnections = intake.Number("max-connections", 1000, 4, 100_000),
            PolicyPeers = PeerReader.Read(policy, AllowedPeers.UsualUsers),
            AuthPeers = PeerReader.Read(auth, AllowedPeers.UsualUsers),
            MilterPeers = PeerReader.Read(milter, AllowedPeers.UsualUsers),
            RefuseAttributes = RefusedAttributes.Read(auth.Section("refuse-attributes")),
        };
        policy.Close();
        auth.Close();
        milter.Close();
        return settings;
    }

    private static ServiceAnswers Answers(NodeReader reader)
    {
        var usual = Answer(reader, ServiceAnswer.Usual);
        var services = reader.Section("services");
        var named = services.Keys.ToDictionary(
            name => name,
            name =>
            {
                var service = services.Section(name);
                var answer = Answer(service, usual);
                service.Close();
                return answer;
            }
        );
        reader.Close();
        return new ServiceAnswers(usual, named);
    }

    private static ServiceAnswer Answer(NodeReader reader, ServiceAnswer otherwise) =>
        new(
            reader.Enumeration("over-quota", otherwise.OverQuota),
            reader.Enumeration("refused", otherwise.Refused),
            reader.Switch("mark-reported", otherwise.MarkReported)
        );

    /// <summary>Where a server listens; null when it is off.</summary>
    private static EndPoint? Asked(NodeReader reader, int port, HashSet<EndPoint> chosen)
    {
        var usual = new IPEndPoint(IPAddress.Loopback, port);
        if (reader.Word("listen") is not { } text)
            return usual;
        if (text is "off")
            return null;
        if (ListenAddress.TryParse(text, out var endpoint))
        {
            // The usual address, said or not, may be taken by another program; any other was meant.
            if (!endpoint.Equals(usual))
                chosen.Add(endpoint);
            return endpoint;
        }
        reader.Fault("listen", $"'{text}' is not an address to listen on", $"address:port such as 127.0.0.1:{port}, unix:/path, or off");
        return usual;
    }

    private static PersistenceSettings Persistence(NodeReader reader, string data)
    {
        var connections = PostgresConnection.Read(reader, "postgres-connection");
        var settings = new PersistenceSettings(
            reader.Choice(
                "engine",
                PersistenceEngine.GroupCommit,
                new Dictionary<string, PersistenceEngine>
                {
                    ["sqlite-group-commit"] = PersistenceEngine.GroupCommit,
                    ["sqlite-stock"] = PersistenceEngine.Stock,
                    ["postgres"] = PersistenceEngine.Postgres,
                    ["postgres-stock"] = PersistenceEngine.PostgresStock,
                }
            ),
            reader.Text("sqlite-file", "") is { Length: > 0 } file ? file : Path.Combine(data, "accountguard.db"),
            reader.Choice("synchronous", "full", new[] { "off", "normal", "full", "extra" }.ToDictionary(name => name)),
            connections.FirstOrDefault(""),
            reader.Number("snapshot-every", 64, 2, 100_000),
            reader.Number("keep-events", 500, 0, 1_000_000)
        )
        {
            FurtherPostgres = [.. connections.Skip(1)],
        };
        if (settings.OnPostgres && settings.PostgresConnection.Length == 0)
            reader.Fault("postgres-connection", "is missing", "a connection string, since engine = postgres");
        if (connections.Length > 1 && settings.Engine != PersistenceEngine.Postgres)
            reader.Fault("postgres-connection", $"names {connections.Length} databases", "one connection string, or engine = postgres");
        reader.Close();
        return settings;
    }

    /// <summary>A file, or a table of Postfix's: <c>hash:/etc/postfix/virtual</c>.</summary>
    private static string Table(string name, string? relativeTo) =>
        name.IndexOf(':') is > 0 and < 16 && !name.StartsWith('/') ? name : Resolve(name, relativeTo);

    private static string Resolve(string file, string? relativeTo) =>
        file.Length == 0 || Path.IsPathRooted(file) || relativeTo is null ? file : Path.GetFullPath(Path.Combine(relativeTo, file));
}
