using Akka.Actor;
using Akka.Configuration;
using Guard.Actors.Entities;
using Xunit;

namespace Guard.Actors.Tests.Entities;

public sealed class JournalPartsSpecs
{
    /// <summary>Were one of these to change, a cluster would look for its accounts where they are not.</summary>
    [Theory]
    [InlineData("user-anna@example.com", 2, 0)]
    [InlineData("user-anna@example.com", 3, 1)]
    [InlineData("user-anna@example.com", 12, 10)]
    [InlineData("user-müller@例え.jp", 3, 0)]
    [InlineData("user-müller@例え.jp", 12, 9)]
    [InlineData("site-example.com", 3, 2)]
    [InlineData("site-example.com", 12, 8)]
    [InlineData("addresses-17", 12, 2)]
    public void Where_an_entity_is_never_changes(string id, int parts, int part) => Assert.Equal(part, JournalParts.PartOf(id, parts));

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(12)]
    [InlineData(64)]
    public void Each_of_several_servers_has_its_share(int parts)
    {
        var accounts = Enumerable.Range(0, 2000 * parts).Select(number => $"user-user{number}@site{number % 97}.example").ToArray();
        var shares = accounts.CountBy(id => JournalParts.PartOf(id, parts)).ToDictionary();
        Assert.Equal(Enumerable.Range(0, parts), shares.Keys.Order());
        Assert.All(shares.Values, share => Assert.InRange(share, 1700, 2300));
    }

    [Fact]
    public async Task A_system_that_is_told_of_no_journals_has_its_own_for_everybody()
    {
        using var system = ActorSystem.Create("one");
        Assert.Equal((1, ("", "")), (JournalParts.Of(system).Count, JournalParts.Of(system).PluginsOf("user-anna@example.com")));
        await system.Terminate();
    }

    [Fact]
    public async Task An_entity_has_the_plug_ins_of_its_part()
    {
        using var system = ActorSystem.Create("three", ConfigurationFactory.ParseString($"{JournalParts.ConfigurationKey} = [a, b, c]"));
        var parts = JournalParts.Of(system);
        const string id = "user-anna@example.com";
        var name = "abc"[JournalParts.PartOf(id, 3)];
        Assert.Equal(($"akka.persistence.journal.{name}", $"akka.persistence.snapshot-store.{name}"), parts.PluginsOf(id));
        Assert.Equal("akka.persistence.snapshot-store.c", parts.SnapshotsOf(2));
        await system.Terminate();
    }
}
