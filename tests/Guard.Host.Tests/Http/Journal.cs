using Akka.Actor;
using Akka.Configuration;
using Guard.Actors.Serialization;
using Guard.Host.Configuration;
using Guard.Host.Platform;
using Guard.Host.Running;

namespace Guard.Host.Tests.Http;

/// <summary>Actor systems on one SQLite file, one after the other, as a guard that is started again.</summary>
internal sealed class Journal : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-journal").FullName;

    public string File => Path.Combine(_directory, "guard.db");

    public ActorSystem Open()
    {
        SqliteFile.Prepare(File);
        var persistence = new PersistenceSettings(PersistenceEngine.GroupCommit, File, "full", "", 64, 500);
        return ActorSystem.Create(
            "journal",
            ConfigurationFactory
                .ParseString("akka { loglevel = OFF, stdout-loglevel = OFF, log-dead-letters = off }")
                .WithFallback(ConfigurationFactory.ParseString(GuardSerializer.Hocon))
                .WithFallback(PersistenceConfiguration.Of(persistence))
        );
    }

    public void Dispose() => Directory.Delete(_directory, true);
}
