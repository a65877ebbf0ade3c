using Guard.Host.Configuration;
using Guard.Host.Web.People;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Guard.Host.Tests.Console;

/// <summary>Whether somebody administers the console is known before the console is there.</summary>
public sealed class PeopleLookSpecs : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-people").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private GuardSettings Settings => GuardConfiguration.Load(null, new Dictionary<string, string> { ["accountguard.data-directory"] = _directory }).Settings!;

    private string File => PeopleDatabase.FileOf(Settings)!;

    private async Task ChangeAsync(Action<PeopleContext> change)
    {
        var options = new DbContextOptionsBuilder<PeopleContext>();
        PeopleDatabase.Use(options, Settings);
        await using var context = new PeopleContext(options.Options);
        await PeopleDatabase.PrepareAsync(context, Cancel);
        change(context);
        await context.SaveChangesAsync(Cancel);
    }

    private static Person Of(string name, PersonRole role) =>
        new()
        {
            UserName = name,
            NormalizedUserName = name,
            Role = role,
        };

    [Fact]
    public async Task Nobody_does_before_there_are_tables_nor_while_they_are_empty()
    {
        Assert.False(await PeopleLook.IsClaimedAsync(Settings, Cancel));
        Assert.False(System.IO.File.Exists(File));
        await ChangeAsync(static _ => { });
        Assert.False(await PeopleLook.IsClaimedAsync(Settings, Cancel));
    }

    [Fact]
    public async Task Only_a_server_admin_does()
    {
        await ChangeAsync(context => context.Users.Add(Of("owner", PersonRole.SiteOwner)));
        Assert.False(await PeopleLook.IsClaimedAsync(Settings, Cancel));
        await ChangeAsync(context => context.Users.Add(Of("admin", PersonRole.ServerAdmin)));
        Assert.True(await PeopleLook.IsClaimedAsync(Settings, Cancel));
    }

    [Fact]
    public async Task Tables_of_another_version_are_looked_at_in_earnest()
    {
        await ChangeAsync(context => context.Users.Add(Of("admin", PersonRole.ServerAdmin)));
        await using (var connection = new SqliteConnection($"Data Source={File}"))
        {
            await connection.OpenAsync(Cancel);
            await using var command = connection.CreateCommand();
            command.CommandText = "UPDATE people_version SET version = version - 1";
            await command.ExecuteNonQueryAsync(Cancel);
        }
        Assert.False(await PeopleLook.IsClaimedAsync(Settings, Cancel));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_looked_at_in_earnest()
    {
        await System.IO.File.WriteAllTextAsync(File, "not a database, and long enough to be taken for one by its size alone", Cancel);
        Assert.False(await PeopleLook.IsClaimedAsync(Settings, Cancel));
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, true);
    }
}
