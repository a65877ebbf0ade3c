using Microsoft.Data.Sqlite;

namespace Guard.Actors.Persistence;

/// <summary>A connection for reading that keeps its statements prepared: preparing costs more than a small recovery reads.</summary>
internal sealed class SqliteReadConnection(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _prepared = [];

    /// <summary>The statement with its parameters set, in the order of their numbers (?1, ?2 …).</summary>
    public SqliteCommand Command(string text, params ReadOnlySpan<object> values)
    {
        if (!_prepared.TryGetValue(text, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = text;
            for (var i = 1; i <= values.Length; i++)
                command.Parameters.Add(new SqliteParameter { ParameterName = $"?{i}" });
            _prepared.Add(text, command);
        }
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i];
        return command;
    }

    public void Dispose()
    {
        foreach (var command in _prepared.Values)
            command.Dispose();
        connection.Dispose();
    }
}
