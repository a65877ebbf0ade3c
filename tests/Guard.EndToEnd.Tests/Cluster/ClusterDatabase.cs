using Guard.Host.Platform;
using Npgsql;

namespace Guard.EndToEnd.Tests.Cluster;

/// <summary>A PostgreSQL server in the database's namespace. The tests reach it by its Unix socket, the machines by the network.</summary>
internal sealed class ClusterDatabase(string directory, string hub) : IAsyncDisposable
{
    private const string Port = "5432";

    private readonly ProcessRunner _runner = new();
    private readonly string _data = Path.Combine(directory, "pg");

    public static string? Binaries =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory
                .GetDirectories("/usr/lib/postgresql")
                .Select(version => Path.Combine(version, "bin"))
                .LastOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
            : null;

    /// <summary>As the machines connect.</summary>
    public static string Connection => $"Host={MachineNetwork.DatabaseAddress};Port={Port};Database=guard;Username=postgres;Timeout=5";

    /// <summary>As the tests connect.</summary>
    public string LocalConnection => $"Host={_data};Port={Port};Database=guard;Username=postgres;Pooling=false";

    public async Task CreateAsync()
    {
        Directory.CreateDirectory(_data);
        await MustAsync("chown", "postgres", _data);
        await MustAsync("chmod", "755", directory);
        await PostgresAsync(Path.Combine(Binaries!, "initdb"), "-D", _data, "-A", "trust", "--no-sync");
        await File.AppendAllTextAsync(Path.Combine(_data, "pg_hba.conf"), "host all all 10.77.0.0/24 trust\n");
        await StartAsync();
        await PostgresAsync("psql", "-h", _data, "-p", Port, "-d", "postgres", "-c", "CREATE DATABASE guard");
    }

    public Task StartAsync() =>
        PostgresAsync(
            Path.Combine(Binaries!, "pg_ctl"),
            "-D",
            _data,
            "-w",
            "-l",
            Path.Combine(_data, "server.log"),
            "-o",
            $"-p {Port} -k {_data} -c listen_addresses={MachineNetwork.DatabaseAddress}",
            "start"
        );

    /// <summary>Stops at once, as a crash would.</summary>
    public Task StopAsync() => PostgresAsync(Path.Combine(Binaries!, "pg_ctl"), "-D", _data, "-m", "immediate", "-w", "stop");

    public async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(LocalConnection);
        await connection.OpenAsync();
        return connection;
    }

    private Task PostgresAsync(params string[] words) =>
        MustAsync("ip", ["netns", "exec", hub, "setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", .. words]);

    private async Task MustAsync(string program, params string[] arguments) =>
        await _runner.Must(new ProcessRequest(program, [.. arguments]) { Timeout = TimeSpan.FromMinutes(2) }, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(_data, "postmaster.pid")))
            await StopAsync();
    }
}
