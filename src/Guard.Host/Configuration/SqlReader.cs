using System.Data.Common;
using Microsoft.Data.Sqlite;
using MySqlConnector;
using Npgsql;

namespace Guard.Host.Configuration;

/// <summary>Reads <c>enforcement.locks.sql</c>.</summary>
internal static class SqlReader
{
    private static readonly Dictionary<string, SqlProvider?> Providers = new()
    {
        ["off"] = null,
        ["postgres"] = SqlProvider.Postgres,
        ["sqlite"] = SqlProvider.Sqlite,
        ["mysql"] = SqlProvider.Mysql,
        ["mariadb"] = SqlProvider.Mysql,
    };

    /// <summary>Null when off, or wrong.</summary>
    public static SqlSettings? Read(NodeReader reader)
    {
        var provider = reader.Choice("provider", null, Providers);
        var connection = reader.Text("connection", "");
        var (locks, unlock, check) = (
            Statement(reader, "lock", provider is not null),
            Statement(reader, "unlock", provider is not null),
            Statement(reader, "check", false)
        );
        var most = reader.Number("most-rows", 10, 1, 10_000);
        reader.Close();
        if (provider is not { } kind)
            return null;
        if (FaultOf(kind, connection) is { } fault)
            reader.Fault(
                "connection",
                fault,
                "a connection string such as \"Host=127.0.0.1;Database=mail;Username=accountguard;Password=…\" or \"Data Source=/var/lib/mail.db\""
            );
        return locks is null || unlock is null ? null : new SqlSettings(kind, connection, new SqlStatements(locks, unlock, check, most));
    }

    private static SqlStatement? Statement(NodeReader reader, string key, bool needed)
    {
        var text = reader.Text(key, "");
        if (text.Length == 0)
        {
            if (needed)
                reader.Fault(key, "is missing", "a statement such as \"UPDATE mailbox SET active = 0 WHERE username = @user\"");
            return null;
        }
        try
        {
            return SqlStatement.Parse(text);
        }
        catch (ArgumentException wrong)
        {
            reader.Fault(
                key,
                wrong.Message.Split(" (Parameter")[0],
                $"a statement with parameters out of {string.Join(", ", SqlStatement.Parameters.Select(name => "@" + name))}"
            );
            return null;
        }
    }

    /// <summary>Why a connection string cannot be read; null when it can.</summary>
    private static string? FaultOf(SqlProvider provider, string connection)
    {
        try
        {
            DbConnectionStringBuilder builder = provider switch
            {
                SqlProvider.Postgres => new NpgsqlConnectionStringBuilder(connection),
                SqlProvider.Mysql => new MySqlConnectionStringBuilder(connection),
                _ => new SqliteConnectionStringBuilder(connection),
            };
            return builder.Count == 0 ? "is empty" : null;
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException or KeyNotFoundException)
        {
            return wrong.Message.Split(" (Parameter")[0];
        }
    }
}
