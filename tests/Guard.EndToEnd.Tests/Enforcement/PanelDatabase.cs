using System.Data.Common;
using Guard.EndToEnd.Tests.Databases;
using Guard.Host.Configuration;
using Guard.Host.Enforcement.Sql;
using MySqlConnector;
using Npgsql;

namespace Guard.EndToEnd.Tests.Enforcement;

/// <summary>A hosting panel's mailboxes in a real database server, with a column that says who may log in.</summary>
internal sealed class PanelDatabase : IDisposable
{
    private PostgresServer? _postgres;
    private MariaDbServer? _maria;
    private string _administration = "";

    private PanelDatabase(SqlProvider provider) => Provider = provider;

    public SqlProvider Provider { get; }

    /// <summary>As the guard connects.</summary>
    public string Connection { get; private set; } = "";

    public string Lock { get; private set; } = "";

    public string Unlock { get; private set; } = "";

    public string Check { get; private set; } = "";

    public static async Task<PanelDatabase> Start(SqlProvider provider, params string[] users)
    {
        var panel = new PanelDatabase(provider);
        try
        {
            var yes = await panel.Begin();
            foreach (var user in users)
                await panel.Execute($"INSERT INTO mailbox (username, active) VALUES (@user, {yes})", user);
        }
        catch
        {
            panel.Dispose();
            throw;
        }
        return panel;
    }

    private async Task<string> Begin()
    {
        const string Columns = "note VARCHAR(64) NULL, locked_until {0} NULL, changes INT NOT NULL DEFAULT 0";
        var postgres = Provider == SqlProvider.Postgres;
        if (postgres)
        {
            _postgres = PostgresServer.Own();
            Connection = _postgres.NewDatabase();
            _administration = Connection + ";Pooling=false";
            await Execute($"CREATE TABLE mailbox (username VARCHAR(254) PRIMARY KEY, active BOOLEAN NOT NULL, {string.Format(null, Columns, "TIMESTAMP")})");
        }
        else
        {
            _maria = await MariaDbServer.Own();
            Connection = _maria.Connection;
            _administration = _maria.Administration;
            // No key: this collation would not let ínfo in beside info.
            await Execute(
                $"CREATE TABLE mailbox (username VARCHAR(254) NOT NULL, active TINYINT(1) NOT NULL, {string.Format(null, Columns, "DATETIME")}, INDEX (username))"
            );
        }
        var (yes, no, until) = postgres ? ("true", "false", "@until::timestamp") : ("1", "0", "@until");
        Lock = $"UPDATE mailbox SET active = {no}, note = @reason, locked_until = {until}, changes = changes + 1 WHERE username = @user AND active = {yes}";
        Unlock = $"UPDATE mailbox SET active = {yes}, note = NULL, locked_until = NULL, changes = changes + 1 WHERE username = @user";
        Check = $"SELECT active = {no} FROM mailbox WHERE username = @user";
        return yes;
    }

    public SqlAccountLock Locks(string ledger, bool check = true, string? locks = null) =>
        new(
            new SqlDatabase(Provider, Connection),
            new SqlStatements(SqlStatement.Parse(locks ?? Lock), SqlStatement.Parse(Unlock), check ? SqlStatement.Parse(Check) : null),
            ledger
        );

    /// <summary>All mailboxes: name, whether it may log in, how often it was changed, and why.</summary>
    public async Task<IReadOnlyDictionary<string, string>> Rows()
    {
        await using var connection = await Open();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT username, CASE WHEN active THEN 'open' ELSE 'locked' END, changes, coalesce(note, '-') FROM mailbox";
        var rows = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            rows.Add(reader.GetString(0), $"{reader.GetString(1)} {reader.GetInt32(2)} {reader.GetString(3)}");
        return rows;
    }

    /// <summary>Until when somebody is locked, as the database understood it.</summary>
    public async Task<DateTime?> Until(string user)
    {
        await using var connection = await Open();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT locked_until FROM mailbox WHERE username = @user";
        Add(command, user);
        return await command.ExecuteScalarAsync() as DateTime?;
    }

    public async Task Execute(string text, string? user = null)
    {
        await using var connection = await Open();
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        if (user is not null)
            Add(command, user);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>From now on the panel itself does not let anybody change this mailbox.</summary>
    public Task Forbid(string user) =>
        Provider == SqlProvider.Postgres
            ? Execute(
                $"CREATE FUNCTION forbid() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.username = '{user}' THEN RAISE EXCEPTION 'not this one'; END IF; RETURN NEW; END $$; "
                    + "CREATE TRIGGER forbid BEFORE UPDATE ON mailbox FOR EACH ROW EXECUTE FUNCTION forbid()"
            )
            : Execute(
                $"CREATE TRIGGER forbid BEFORE UPDATE ON mailbox FOR EACH ROW IF OLD.username = '{user}' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'not this one'; END IF"
            );

    public Task Allow() => Execute(Provider == SqlProvider.Postgres ? "DROP TRIGGER forbid ON mailbox" : "DROP TRIGGER forbid");

    public void StopServer()
    {
        _postgres?.Stop();
        _maria?.Stop();
    }

    public async Task StartServer()
    {
        _postgres?.Start();
        if (_maria is not null)
            await _maria.Start();
    }

    private static void Add(DbCommand command, string user)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = "@user";
        parameter.Value = user;
        command.Parameters.Add(parameter);
    }

    private async Task<DbConnection> Open()
    {
        DbConnection connection = Provider == SqlProvider.Postgres ? new NpgsqlConnection(_administration) : new MySqlConnection(_administration);
        await connection.OpenAsync();
        return connection;
    }

    public void Dispose()
    {
        _postgres?.Dispose();
        _maria?.Dispose();
    }
}
