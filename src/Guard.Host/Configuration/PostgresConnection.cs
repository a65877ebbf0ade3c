using System.Collections.Immutable;
using Npgsql;

namespace Guard.Host.Configuration;

/// <summary>Reads the connection strings, and bounds what a node takes of a server.</summary>
internal static class PostgresConnection
{
    /// <summary>Npgsql's own 100 are all that a PostgreSQL as it is installed has for everybody: a few nodes that wake many accounts at once would shut each
    /// other out.</summary>
    private const int MaxConnections = 25;

    /// <summary>Each journal costs a node four connections that are held, and threads that wait for them.</summary>
    private const int MaxJournals = 64;

    /// <summary>One, or a list of several; none where nothing is said.</summary>
    public static ImmutableArray<string> Read(NodeReader reader, string key)
    {
        if (reader.Raw(key)?.List is null)
            return reader.Text(key, "") is { Length: > 0 } one ? [Read(reader, key, one)] : [];
        ImmutableArray<string> all = [.. reader.Words(key, []).Select(text => Read(reader, key, text))];
        if (all.Length > MaxJournals)
            reader.Fault(key, $"names {all.Length} databases", $"at most {MaxJournals}");
        else if (all.Distinct(StringComparer.Ordinal).Count() < all.Length)
            reader.Fault(key, "names a database twice", "each once: the second would be taken for another part");
        return all;
    }

    private static string Read(NodeReader reader, string key, string text)
    {
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
