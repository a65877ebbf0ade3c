using Guard.Host.Configuration;
using Xunit;

namespace Guard.Host.Tests.Clustering;

/// <summary>A node is told its place by file, environment or command line.</summary>
public sealed class ClusterSettingsSpecs
{
    private const string Postgres = "accountguard.persistence { engine = postgres, postgres-connection = \"Host=db\" }\n";
    private const string Tls = "accountguard.cluster.tls { certificate = \"node.crt\", key = \"node.key\", ca = \"ca.crt\" }\n";

    private static ConfigurationResult Load(string text, Dictionary<string, string>? sets = null)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, text);
            return GuardConfiguration.Load(file, sets);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static ClusterSettings Read(string text) =>
        Load(text) is { Settings: { } settings } ? settings.Cluster : throw new Xunit.Sdk.XunitException(string.Join("\n", Load(text).Faults));

    [Fact]
    public void Without_seeds_a_node_is_alone_and_may_use_SQLite()
    {
        var settings = Read("");
        Assert.False(settings.HasOthers);
        Assert.False(settings.OpensTransport);
        Assert.Equal("/var/log/mail.log", settings.NameOf("/var/log/mail.log"));
    }

    [Fact]
    public void Its_own_address_among_the_seeds_is_no_other_node()
    {
        Assert.False(Read("accountguard.cluster { listen = \"192.0.2.11:4053\", seeds = [\"192.0.2.11\"] }").HasOthers);
        var settings = Read(
            Postgres + Tls + "accountguard.cluster { listen = \"0.0.0.0:4053\", advertise = mail1, node = One, seeds = [mail1, \"mail2:4054\"] }"
        );
        Assert.Equal([new NodeAddress("mail2", 4054)], settings.Seeds);
        Assert.Equal(new NodeAddress("mail1", 4053), settings.Advertise);
        Assert.Equal("one:/var/log/mail.log", settings.NameOf("/var/log/mail.log"));
    }

    [Theory]
    [InlineData(Tls + "accountguard.cluster.seeds = [mail2]", "accountguard.cluster.seeds", "engine = postgres")]
    [InlineData(Tls + "accountguard.cluster.seeds-dns = guards", "accountguard.cluster.seeds-dns", "engine = postgres")]
    [InlineData(Postgres + Tls + "accountguard.cluster { listen = \"0.0.0.0:4053\", seeds = [mail2] }", "accountguard.cluster.advertise", "name or address")]
    [InlineData(Postgres + "accountguard.cluster.seeds = [\"mail2/x\"]", "accountguard.cluster.seeds", "host:port")]
    [InlineData("accountguard.cluster.roles = [entities, consul]", "accountguard.cluster.roles", "console")]
    [InlineData("accountguard.cluster.roles = []", "accountguard.cluster.roles", "entities")]
    [InlineData(Postgres + "accountguard.cluster.seeds = [mail2]", "accountguard.cluster.tls", "certificate, key and ca")]
    [InlineData(Tls + "accountguard.cluster.dangerous-plain-transport = on", "accountguard.cluster.dangerous-plain-transport", "one of the two")]
    [InlineData("accountguard.cluster.tls.certificate = \"node.crt\"", "accountguard.cluster.tls.certificate", "three PEM files")]
    public void What_cannot_be_is_said_before_anything_is_started(string text, string key, string expected)
    {
        var fault = Assert.Single(Load(text).Faults);
        Assert.Equal(key, fault.Key);
        Assert.Contains(expected, fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_container_is_told_by_its_environment()
    {
        var variables = new Dictionary<string, string>
        {
            ["ACCOUNTGUARD_CLUSTER_LISTEN"] = "0.0.0.0:4053",
            ["ACCOUNTGUARD_CLUSTER_ADVERTISE"] = "guard-1.guard",
            ["ACCOUNTGUARD_CLUSTER_NODE"] = "guard-1",
            ["ACCOUNTGUARD_CLUSTER_ROLES"] = "entities, console",
            ["ACCOUNTGUARD_CLUSTER_SEEDS"] = "guard-0.guard,guard-1.guard , guard-2.guard",
            ["ACCOUNTGUARD_CLUSTER_SEEDS_DNS"] = "guard:4053",
            ["ACCOUNTGUARD_CLUSTER_TLS_CERTIFICATE"] = "/tls/tls.crt",
            ["ACCOUNTGUARD_CLUSTER_TLS_KEY"] = "/tls/tls.key",
            ["ACCOUNTGUARD_CLUSTER_TLS_CA"] = "/tls/ca.crt",
            ["ACCOUNTGUARD_POSTGRES_CONNECTION"] = "Host=db;Password=\"a;b\"",
        };
        Assert.Equal(variables.Keys.Order(), EnvironmentSettings.Keys.Keys.Order());
        var loaded = Load("accountguard.persistence.engine = postgres", EnvironmentSettings.Of(variables.GetValueOrDefault).ToDictionary());
        Assert.Empty(loaded.Faults);
        var settings = loaded.Settings!.Cluster;
        Assert.Equal(["guard-0.guard:4053", "guard-2.guard:4053"], settings.Seeds.Select(seed => seed.ToString()));
        Assert.Equal("guard:4053", settings.SeedsDns?.ToString());
        Assert.Equal(["entities", "console"], settings.Roles);
        Assert.False(settings.Has(ClusterSettings.Intake));
        Assert.Equal("guard-1", settings.Node);
        Assert.Equal(new ClusterTlsSettings("/tls/tls.crt", "/tls/tls.key", "/tls/ca.crt"), settings.Tls);
        Assert.Equal("a;b", new Npgsql.NpgsqlConnectionStringBuilder(loaded.Settings.Persistence.PostgresConnection).Password);
    }

    [Fact]
    public void Without_TLS_others_are_met_only_by_a_setting_that_is_named_for_what_it_is()
    {
        var settings = Read(Postgres + "accountguard.cluster { seeds = [mail2], dangerous-plain-transport = on }");
        Assert.True(settings.OpensTransport);
        Assert.Null(settings.Tls);
    }

    [Theory]
    [InlineData("Host=db", 25)]
    [InlineData("Host=db;Maximum Pool Size=60", 60)]
    public void A_node_takes_few_connections_unless_it_is_told_otherwise(string connection, int most)
    {
        var settings = Load($"accountguard.persistence {{ engine = postgres, postgres-connection = \"{connection}\" }}").Settings!;
        Assert.Equal(most, new Npgsql.NpgsqlConnectionStringBuilder(settings.Persistence.PostgresConnection).MaxPoolSize);
    }

    [Fact]
    public void A_journal_may_be_parted_over_several_servers()
    {
        var persistence = Load(
            "accountguard.persistence { engine = postgres, postgres-connection = [\"Host=a\", \"Host=b\", \"Host=c\"] }"
        ).Settings!.Persistence;
        Assert.Equal(["a", "b", "c"], persistence.PostgresJournals.Select(text => new Npgsql.NpgsqlConnectionStringBuilder(text).Host));
        Assert.Equal(persistence.PostgresJournals[0], persistence.PostgresConnection);
        Assert.Single(Load(Postgres).Settings!.Persistence.PostgresJournals);
    }

    [Theory]
    [InlineData("engine = postgres, postgres-connection = [\"Host=a\", \"Host=a\"]", "twice")]
    [InlineData("engine = postgres-stock, postgres-connection = [\"Host=a\", \"Host=b\"]", "names 2 databases")]
    [InlineData("engine = postgres, postgres-connection = []", "is missing")]
    public void What_cannot_be_parted_is_said(string text, string expected)
    {
        var fault = Assert.Single(Load($"accountguard.persistence {{ {text} }}").Faults);
        Assert.Contains(expected, fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_string_that_cannot_be_read_is_a_mistake()
    {
        var fault = Assert.Single(Load("accountguard.persistence { engine = postgres, postgres-connection = \"Hst=db\" }").Faults);
        Assert.Equal("accountguard.persistence.postgres-connection", fault.Key);
    }
}
