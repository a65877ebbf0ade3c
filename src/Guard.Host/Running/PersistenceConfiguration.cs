using Akka.Configuration;
using Guard.Host.Configuration;

namespace Guard.Host.Running;

/// <summary>Makes the journal's and snapshot store's configuration. Both SQLite engines use the same tables in the same file.</summary>
public static class PersistenceConfiguration
{
    public static Config Of(PersistenceSettings settings)
    {
        if (settings.Engine == PersistenceEngine.GroupCommit)
            return ConfigurationFactory.ParseString(GroupCommit(settings));
        var stock = settings.Engine == PersistenceEngine.Postgres
            ? Stock("PostgreSQL.15", settings.PostgresConnection, "")
            : Stock("SQLite.MS", $"Data Source={settings.SqliteFile}", "read-isolation-level = read-uncommitted");
        return ConfigurationFactory.ParseString(stock);
    }

    private static string GroupCommit(PersistenceSettings settings) => $$"""
        akka.persistence {
          journal {
            plugin = "akka.persistence.journal.accountguard-sqlite"
            accountguard-sqlite {
              class = "Guard.Actors.Persistence.SqliteGroupJournal, Guard.Actors"
              plugin-dispatcher = "akka.actor.default-dispatcher"
              file = "{{settings.SqliteFile}}"
              synchronous = {{settings.Synchronous}}
            }
          }
          snapshot-store {
            plugin = "akka.persistence.snapshot-store.accountguard-sqlite"
            accountguard-sqlite {
              class = "Guard.Actors.Persistence.SqliteGroupSnapshotStore, Guard.Actors"
              plugin-dispatcher = "akka.actor.default-dispatcher"
              file = "{{settings.SqliteFile}}"
              synchronous = {{settings.Synchronous}}
            }
          }
        }
        """;

    private static string Stock(string provider, string connection, string more) => $$"""
        akka.persistence {
          journal {
            plugin = "akka.persistence.journal.sql"
            sql {
              class = "Akka.Persistence.Sql.Journal.SqlWriteJournal, Akka.Persistence.Sql"
              connection-string = "{{connection.Replace("\\", "\\\\").Replace("\"", "\\\"")}}"
              provider-name = "{{provider}}"
              auto-initialize = true
              {{more}}
            }
          }
          snapshot-store {
            plugin = "akka.persistence.snapshot-store.sql"
            sql {
              class = "Akka.Persistence.Sql.Snapshot.SqlSnapshotStore, Akka.Persistence.Sql"
              connection-string = "{{connection.Replace("\\", "\\\\").Replace("\"", "\\\"")}}"
              provider-name = "{{provider}}"
              auto-initialize = true
              {{more}}
            }
          }
        }
        """;
}
