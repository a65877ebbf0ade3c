using Akka.Configuration;
using Guard.Actors.Entities;
using Guard.Host.Configuration;

namespace Guard.Host.Running;

/// <summary>Makes the journal's and snapshot store's configuration. Our own engine and the stock one use the same tables in the same file or
/// database.</summary>
public static class PersistenceConfiguration
{
    public static Config Of(PersistenceSettings settings) =>
        ConfigurationFactory.ParseString(
            settings.Engine switch
            {
                PersistenceEngine.GroupCommit => Own(
                    "accountguard-sqlite",
                    "SqliteGroup",
                    $"file = {Quoted(settings.SqliteFile)}, synchronous = {settings.Synchronous}"
                ),
                PersistenceEngine.Stock => Stock("SQLite.MS", $"Data Source={settings.SqliteFile}", "read-isolation-level = read-uncommitted"),
                PersistenceEngine.Postgres => Parts(settings.PostgresJournals),
                _ => Stock("PostgreSQL.15", settings.PostgresConnection, ""),
            }
        );

    /// <summary>A plug-in for each database; the first is everybody's who does not choose.</summary>
    private static string Parts(IReadOnlyList<string> connections)
    {
        var names = connections.Select((_, part) => part == 0 ? "accountguard-postgres" : $"accountguard-postgres-{part + 1}").ToArray();
        return string.Join(
                '\n',
                names.Zip(connections, (name, connection) => Own(name, "PostgresGroup", $"connection-string = {Quoted(connection)}")).Reverse()
            ) + $"\n{JournalParts.ConfigurationKey} = [{string.Join(", ", names)}]\n";
    }

    private static string Own(string name, string classes, string more) =>
        $$"""
            akka.persistence {
              journal {
                plugin = "akka.persistence.journal.{{name}}"
                {{name}} { class = "Guard.Actors.Persistence.{{classes}}Journal, Guard.Actors", plugin-dispatcher = "akka.actor.default-dispatcher", {{more}} }
              }
              snapshot-store {
                plugin = "akka.persistence.snapshot-store.{{name}}"
                {{name}} { class = "Guard.Actors.Persistence.{{classes}}SnapshotStore, Guard.Actors", plugin-dispatcher = "akka.actor.default-dispatcher", {{more}} }
              }
            }
            """;

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";

    private static string Stock(string provider, string connection, string more) =>
        $$"""
            akka.persistence {
              journal {
                plugin = "akka.persistence.journal.sql"
                sql {
                  class = "Akka.Persistence.Sql.Journal.SqlWriteJournal, Akka.Persistence.Sql"
                  connection-string = {{Quoted(connection)}}
                  provider-name = "{{provider}}"
                  auto-initialize = true
                  {{more}}
                }
              }
              snapshot-store {
                plugin = "akka.persistence.snapshot-store.sql"
                sql {
                  class = "Akka.Persistence.Sql.Snapshot.SqlSnapshotStore, Akka.Persistence.Sql"
                  connection-string = {{Quoted(connection)}}
                  provider-name = "{{provider}}"
                  auto-initialize = true
                  {{more}}
                }
              }
            }
            """;
}
