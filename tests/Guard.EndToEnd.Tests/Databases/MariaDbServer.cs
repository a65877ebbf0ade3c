using System.Diagnostics;
using MySqlConnector;

namespace Guard.EndToEnd.Tests.Databases;

/// <summary>A MariaDB server of the tests' own, in a directory of its own, on a free port of loopback; it belongs to the system's user mysql.</summary>
internal sealed class MariaDbServer : IDisposable
{
    private const string Password = "it's \"secret\"";

    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-mariadb").FullName;
    private readonly int _port = FreePort.Next();
    private Process? _process;

    private MariaDbServer()
    {
        Run("chown", "mysql", _directory);
        Run("mariadb-install-db", "--no-defaults", "--user=mysql", $"--datadir={Data}", "--auth-root-authentication-method=normal", "--skip-test-db");
    }

    private string Data => Path.Combine(_directory, "data");

    private string Socket => Path.Combine(_directory, "socket");

    private string Log => Path.Combine(_directory, "server.log");

    public static async Task<MariaDbServer> Own()
    {
        Requirement.Programs("mariadbd", "mariadb-install-db");
        Requirement.Root();
        var server = new MariaDbServer();
        try
        {
            await server.Prepare();
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    private async Task Prepare()
    {
        await Start();
        // The rows are somebody else's, as in a panel's database: the guard may read and change them, and no more. Of the collations that panels use this one
        // finds the most alike.
        await Execute(
            "CREATE DATABASE panel CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci; "
                + $"CREATE USER accountguard IDENTIFIED BY '{Password.Replace("'", "''", StringComparison.Ordinal)}'; "
                + "GRANT SELECT, UPDATE ON panel.* TO accountguard"
        );
    }

    /// <summary>As the guard connects.</summary>
    public string Connection =>
        new MySqlConnectionStringBuilder
        {
            Server = "127.0.0.1",
            Port = (uint)_port,
            Database = "panel",
            UserID = "accountguard",
            Password = Password,
        }.ConnectionString;

    /// <summary>As the panel itself connects.</summary>
    public string Administration => $"Server={Socket};Protocol=Unix;Database=panel;User ID=root;Pooling=false";

    public async Task Start()
    {
        _process = Process.Start(
            new ProcessStartInfo(
                "mariadbd",
                [
                    "--no-defaults",
                    "--user=mysql",
                    $"--datadir={Data}",
                    $"--socket={Socket}",
                    $"--port={_port}",
                    "--bind-address=127.0.0.1",
                    $"--pid-file={Path.Combine(_directory, "pid")}",
                    $"--log-error={Log}",
                    "--innodb-buffer-pool-size=16M",
                ]
            )
            {
                RedirectStandardError = true,
            }
        )!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        await GuardProgram.UntilAsync(() => Answers().GetAwaiter().GetResult(), () => File.Exists(Log) ? File.ReadAllText(Log) : "no log");
    }

    /// <summary>Stops at once, as a crash would.</summary>
    public void Stop()
    {
        if (_process is null)
            return;
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    private async Task<bool> Answers()
    {
        try
        {
            await Execute("SELECT 1");
            return true;
        }
        catch (MySqlException)
        {
            return false;
        }
    }

    private async Task Execute(string text)
    {
        await using var connection = new MySqlConnection($"Server={Socket};Protocol=Unix;User ID=root;Pooling=false");
        await connection.OpenAsync();
        await using var command = new MySqlCommand(text, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {output}{error.Result}");
    }

    public void Dispose()
    {
        Stop();
        Directory.Delete(_directory, true);
    }
}
