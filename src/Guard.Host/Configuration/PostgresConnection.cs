using Npgsql;

namespace Guard.Host.Configuration;

/// <summary>Reads the connection string, and bounds what a node takes of the server.</summary>
internal static class PostgresConnection
{
    /// <summary>Npgsql's own 100 are all that a PostgreSQL as it is installed has for everybody: a few nodes that wake many accounts at once would shut each
    /// other out.</summary>
    private const int MaxConnections = 25;

    public static string Read(NodeReader reader, string key)
    {
        var text = reader.Text(key, "");
        if (text.Length == 0)
            return text;
        try
        {
            var connection = new NpgsqlConnectionStringBuilder(text);
            if (!connection.ShouldSerialize("Maximum Pool Size"))
                connection.MaxPoolSize = MaxConnections;
            return connection.ConnectionString;
        }
        catch (Exception failure) when (failure is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            reader.Fault(key, $"cannot be read: {failure.Message}", "such as \"Host=127.0.0.1;Database=guard;Username=guard\"");
            return text;
        }
    }
}
