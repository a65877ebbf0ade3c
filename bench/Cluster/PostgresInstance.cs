using System.Diagnostics;
using Guard.Bench.Shared;
using Npgsql;

namespace Guard.Bench.Cluster;

/// <summary>A PostgreSQL server for the bench alone, with its durability as it comes (fsync and synchronous_commit on). It is
/// started when the first database is wanted.</summary>
internal sealed class PostgresInstance : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-bench-postgres").FullName;
    private readonly int _port = FreePort.Next();
    private bool _runs;

    private void Start()
    {
        Run("chown", "postgres", _directory);
        AsPostgres("initdb", "-D", Data, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        AsPostgres(
            "pg_ctl",
            "-D",
            Data,
            "-w",
            "-t",
            "120",
            "-l",
            Path.Combine(_directory, "server.log"),
            "-o",
            $"-p {_port} -k {_directory} -c listen_addresses=127.0.0.1 -c shared_buffers=512MB -c max_wal_size=4GB -c max_connections=200",
            "start"
        );
    }

    private string Data => Path.Combine(_directory, "data");

    /// <summary>A new, empty database; its connection string.</summary>
    public string NewDatabase()
    {
        if (!_runs)
        {
            Start();
            _runs = true;
        }
        var name = "b" + Guid.NewGuid().ToString("N");
        Scalar(Connection("postgres"), $"CREATE DATABASE {name}");
        return Connection(name);
    }

    /// <summary>What an administrator takes along of a database, while it is used.</summary>
    public static void Dump(string connectionString, string file) => AsClient(connectionString, "pg_dump", "-Fc", "-f", file);

    /// <summary>Puts a dump into an empty database of the same name, in the place of the one that is there.</summary>
    public static void Restore(string connectionString, string file)
    {
        var at = new NpgsqlConnectionStringBuilder(connectionString);
        var name = at.Database;
        at.Database = "postgres";
        Scalar(at.ConnectionString, $"DROP DATABASE {name} WITH (FORCE)");
        Scalar(at.ConnectionString, $"CREATE DATABASE {name}");
        AsClient(connectionString, "pg_restore", "--exit-on-error", file);
    }

    public static object? Scalar(string connectionString, string text)
    {
        using var connection = new NpgsqlConnection(connectionString + ";Pooling=false;Command Timeout=600");
        connection.Open();
        using var command = new NpgsqlCommand(text, connection);
        return command.ExecuteScalar();
    }

    private string Connection(string database) => $"Host=127.0.0.1;Port={_port};Database={database};Username=postgres";

    private static void AsClient(string connectionString, string program, params string[] arguments)
    {
        var at = new NpgsqlConnectionStringBuilder(connectionString);
        Run(
            Path.Combine(Programs, program),
            ["-h", at.Host!, "-p", at.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), "-U", at.Username!, "-d", at.Database!, .. arguments]
        );
    }

    private static void AsPostgres(string program, params string[] arguments) =>
        Run("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", Path.Combine(Programs, program), .. arguments]);

    private static string Programs => Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Last();

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" > /dev/null 2>&1", "sh", program, .. arguments]) { WorkingDirectory = "/" }
        )!;
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }

    public void Dispose()
    {
        if (_runs)
            AsPostgres("pg_ctl", "-D", Data, "-w", "-m", "immediate", "stop");
        Directory.Delete(_directory, true);
    }
}
