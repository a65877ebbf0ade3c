using Xunit;

namespace Guard.EndToEnd.Tests;

/// <summary>A real PostgreSQL behind the journal.</summary>
public sealed class PostgresTests : IDisposable
{
    private const string Port = "54329";

    private readonly GuardProgram _guard = new();
    private readonly string _cluster;

    public PostgresTests()
    {
        _cluster = _guard["pg"];
    }

    private static string? Binaries =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory
                .GetDirectories("/usr/lib/postgresql")
                .Select(version => Path.Combine(version, "bin"))
                .LastOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
            : null;

    private void Postgres(params string[] arguments) => _guard.Must("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", .. arguments]);

    [Fact]
    public async Task Killed_during_intake_on_PostgreSQL_and_started_again_it_counts_what_replay_counts()
    {
        Requirement.That(Binaries is not null, "PostgreSQL is not installed (apt-get install postgresql)");
        Requirement.Root();
        Directory.CreateDirectory(_cluster);
        _guard.Must("chown", "postgres", _cluster);
        _guard.Must("chmod", "755", _guard.Directory);
        Postgres(Path.Combine(Binaries!, "initdb"), "-D", _cluster, "-A", "trust", "--no-sync");
        Postgres(
            Path.Combine(Binaries!, "pg_ctl"),
            "-D",
            _cluster,
            "-w",
            "-l",
            Path.Combine(_cluster, "server.log"),
            "-o",
            $"-p {Port} -k {_cluster} -c listen_addresses=127.0.0.1",
            "start"
        );
        Postgres("psql", "-h", "127.0.0.1", "-p", Port, "-d", "postgres", "-c", "CREATE DATABASE guard");

        _guard.Configure(
            _guard["data"],
            4884,
            $"accountguard.persistence {{ engine = postgres, postgres-connection = \"Host=127.0.0.1;Port={Port};Database=guard;Username=postgres\" }}"
        );
        await File.WriteAllBytesAsync(_guard["mail.log"], _guard.DemoLog(), TestContext.Current.CancellationToken);
        var expected = _guard.Replayed();
        var process = _guard.Start();
        await GuardProgram.UntilAsync(() => _guard.Totals().Item1 > 0, () => _guard.Heard);
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        _guard.Start();
        await GuardProgram.UntilAsync(() => _guard.Totals() == expected, () => $"{expected} was expected, {_guard.Totals()} came about: {_guard.Heard}");
    }

    public void Dispose()
    {
        if (Binaries is not null && Directory.Exists(_cluster))
            _guard.Run(
                "setpriv",
                "--reuid=postgres",
                "--regid=postgres",
                "--clear-groups",
                Path.Combine(Binaries, "pg_ctl"),
                "-D",
                _cluster,
                "-m",
                "immediate",
                "stop"
            );
        _guard.Dispose();
    }
}
