using System.Diagnostics;
using Npgsql;
using Xunit;

[assembly: AssemblyFixture(typeof(Guard.EndToEnd.Tests.Databases.PostgresServerEnd))]

namespace Guard.EndToEnd.Tests.Databases;

/// <summary>Stops the shared server when all tests are through.</summary>
public sealed class PostgresServerEnd : IDisposable
{
    public void Dispose() => PostgresServer.EndShared();
}

/// <summary>A PostgreSQL server of the tests' own, in a directory of its own, on a free port of loopback; it belongs to the system's user postgres.</summary>
internal sealed class PostgresServer : IDisposable
{
    private static readonly Lock Starting = new();
    private static PostgresServer? _shared;

    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-postgres").FullName;

    private PostgresServer()
    {
        Must("chown", "postgres", _directory);
        As(Path.Combine(Binaries!, "initdb"), "-D", Data, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        Start();
    }

    public int Port { get; } = FreePort.Next();

    private string Data => Path.Combine(_directory, "data");

    private static string? Binaries =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory
                .GetDirectories("/usr/lib/postgresql")
                .Select(version => Path.Combine(version, "bin"))
                .LastOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
            : null;

    /// <summary>One server for all tests that do not stop it; it ends behind the last of them.</summary>
    public static PostgresServer Shared
    {
        get
        {
            Require();
            lock (Starting)
            {
                return _shared ??= new PostgresServer();
            }
        }
    }

    /// <summary>A server for a test that stops it.</summary>
    public static PostgresServer Own()
    {
        Require();
        return new PostgresServer();
    }

    public static void EndShared()
    {
        lock (Starting)
        {
            _shared?.Dispose();
            _shared = null;
        }
    }

    public static void Require()
    {
        Requirement.That(Binaries is not null, "PostgreSQL is not installed (apt-get install postgresql)");
        Requirement.Root();
    }

    public string Connection(string database) => $"Host=127.0.0.1;Port={Port};Database={database};Username=postgres";

    /// <summary>A new, empty database; its connection string.</summary>
    public string NewDatabase()
    {
        var name = "t" + Guid.NewGuid().ToString("N");
        Scalar(Connection("postgres"), $"CREATE DATABASE {name}");
        return Connection(name);
    }

    public static object? Scalar(string connectionString, string text)
    {
        using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand(text, connection);
        return command.ExecuteScalar();
    }

    /// <summary>Runs one of PostgreSQL's own programs, such as pg_dump, as its user.</summary>
    public string Program(string name, params string[] arguments) => As(Path.Combine(Binaries!, name), arguments);

    public void Start() =>
        As(
            Path.Combine(Binaries!, "pg_ctl"),
            "-D",
            Data,
            "-w",
            "-t",
            "120",
            "-l",
            Path.Combine(_directory, "server.log"),
            "-o",
            $"-p {Port} -k {_directory} -c listen_addresses=127.0.0.1 -c max_connections=200 -c fsync=off",
            "start"
        );

    private static string As(string program, params string[] arguments) =>
        Must("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", program, .. arguments]);

    private static string Must(string program, params string[] arguments)
    {
        // pg_ctl hands its outputs on to the server: a pipe would stay open as long as that runs.
        var output = Path.GetTempFileName();
        using var process = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", "out=$1; shift; exec \"$@\" > \"$out\" 2>&1", "sh", output, program, .. arguments])
            {
                WorkingDirectory = "/",
            }
        )!;
        process.WaitForExit();
        var said = File.ReadAllText(output);
        File.Delete(output);
        return process.ExitCode == 0
            ? said
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {said}");
    }

    /// <summary>Stops at once, as a crash would.</summary>
    public void Stop() => As(Path.Combine(Binaries!, "pg_ctl"), "-D", Data, "-w", "-m", "immediate", "stop");

    public void Dispose()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
            Stop();
        Directory.Delete(_directory, true);
    }
}
