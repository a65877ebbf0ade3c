using System.Text.Json;
using Guard.Host.Inspection;
using Xunit;

namespace Guard.Host.Tests.Inspection;

/// <summary>Every command against a node that has read the demo's story.</summary>
public sealed class VocabularySpecs(InspectedGuard guard) : IClassFixture<InspectedGuard>
{
    private static string? Text(JsonElement row, string column) => row.GetProperty(column).GetString();

    private static double Number(JsonElement row, string column) => row.GetProperty(column).GetDouble();

    [Fact]
    public async Task User_show_tells_where_an_account_stands_and_why()
    {
        Assert.Equal("blocked", await guard.FactAsync(0, "user show", "info@example.com", "reaction", "account"));
        var rows = await guard.RowsAsync(0, "user", "show", "Info@Example.com");
        Assert.Contains(rows, row => Text(row, "topic") == "reason");
        Assert.Contains(rows, row => Text(row, "topic") == "usual" && Text(row, "item") == "country");
        Assert.Contains(rows, row => Text(row, "topic") == "quota");
        var history = rows.Where(row => Text(row, "topic") == "history").ToArray();
        Assert.NotEmpty(history);
        Assert.All(history, row => Assert.Equal(2026, row.GetProperty("at").GetDateTime().Year));
    }

    [Fact]
    public async Task Settings_tells_what_is_handed_to_Akka_and_to_Petabridges_client()
    {
        var rows = await guard.RowsAsync(0, "settings");
        Assert.Equal("yes", Text(rows.Single(row => Text(row, "key") == "akka.cluster.seed-nodes"), "heeded"));
        var port = rows.Single(row => Text(row, "key") == "petabridge.cmd.port");
        Assert.Equal(("9111", "no"), (Text(port, "value"), Text(port, "heeded")));
    }

    [Fact]
    public async Task An_account_that_was_never_seen_is_no_answer()
    {
        var (_, errors, code) = await guard.AskAsync(0, false, "user", "show", "nobody@example.com");
        Assert.Equal(1, code);
        Assert.Contains("nobody@example.com was never seen", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_is_locked_by_hand_released_confirmed_and_absolved()
    {
        const string user = "karl@example.org";
        // The demo observes: no answer claims a deed.
        Assert.StartsWith(
            "noted; nothing is locked: mode = observe",
            Text((await guard.RowsAsync(0, "user", "lock", user, "2h")).Single(), "result"),
            StringComparison.Ordinal
        );
        Assert.Equal("suspended", await guard.FactAsync(0, "user show", user, "reaction", "account"));
        Assert.Equal(
            "locked by an admin",
            (await guard.RowsAsync(0, "user", "show", user)).First(row => Text(row, "topic") == "reason").GetProperty("value").GetString()
        );
        Assert.Equal("nothing to do", Text((await guard.RowsAsync(0, "user", "lock", user, "1h")).Single(), "result"));
        Assert.StartsWith(
            "ends: the reaction: suspended",
            Text((await guard.RowsAsync(0, "user", "preview", user)).Single(), "result"),
            StringComparison.Ordinal
        );
        var released = (await guard.RowsAsync(0, "user", "release", user)).Select(row => Text(row, "result")!).ToArray();
        Assert.Equal("released", released[0]);
        Assert.StartsWith("ended: the reaction: suspended", released[1], StringComparison.Ordinal);
        Assert.Equal("normal", await guard.FactAsync(0, "user show", user, "reaction", "account"));
        Assert.Equal("confirmed as an attack; nothing is locked: mode = observe", Text((await guard.RowsAsync(0, "user", "confirm", user)).Single(), "result"));
        Assert.Equal("suspended", await guard.FactAsync(0, "user show", user, "reaction", "account"));
        Assert.StartsWith("absolved", Text((await guard.RowsAsync(0, "user", "absolve", user))[0], "result"), StringComparison.Ordinal);
        Assert.Equal("normal", await guard.FactAsync(0, "user show", user, "reaction", "account"));
    }

    [Fact]
    public async Task Site_show_tells_its_reaction_and_its_users_that_reacted()
    {
        Assert.Equal("example.com", await guard.FactAsync(0, "site show", "example.com", "site", "name"));
        Assert.Equal("blocked", await guard.FactAsync(0, "site show", "example.com", "user", "info@example.com"));
    }

    [Fact]
    public async Task Policy_show_tells_what_holds_and_from_whom()
    {
        var everybody = (await guard.RowsAsync(0, "policy", "show")).ToDictionary(row => Text(row, "key")!, row => Text(row, "value"));
        Assert.Equal("default", everybody["of"]);
        Assert.Contains("RO", everybody["places.suspicious"], StringComparison.Ordinal);
        Assert.True(everybody.ContainsKey("reactions.on-anomaly.suspended"));
        var account = (await guard.RowsAsync(0, "policy", "show", "info@example.com")).ToDictionary(row => Text(row, "key")!, row => Text(row, "value"));
        Assert.Equal(everybody["version"], account["version"]);
    }

    [Fact]
    public async Task Top_tells_the_busiest_and_the_strangest_accounts()
    {
        var busiest = await guard.RowsAsync(0, "top");
        Assert.Equal(guard.Node(), Text(busiest[0], "node"));
        Assert.Equal(busiest.OrderByDescending(row => Number(row, "activity")).Select(row => Text(row, "user")), busiest.Select(row => Text(row, "user")));
        var strangest = await guard.RowsAsync(0, "top", "score");
        Assert.Equal("info@example.com", Text(strangest[0], "user"));
        Assert.Equal("blocked", Text(strangest[0], "rung"));
    }

    [Fact]
    public async Task Tail_tells_decisions_of_the_site_that_was_asked_for_as_they_are_made()
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await using var rows = new InspectionClient(guard.Socket()).AskAsync(["tail", "example.net"], enough.Token).GetAsyncEnumerator(enough.Token);
        var next = rows.MoveNextAsync();
        // Whether the other side listens already is not known: something happens until it does.
        while (!next.IsCompleted)
        {
            await guard.RowsAsync(0, "user", "lock", "paul@example.net", "2h");
            await guard.RowsAsync(0, "user", "lock", "office@example.org", "2h");
            await guard.RowsAsync(0, "user", "release", "paul@example.net");
            await guard.RowsAsync(0, "user", "release", "office@example.org");
        }
        Assert.True(await next);
        Assert.Equal("paul@example.net", rows.Current.Cells[2].Text);
        Assert.Contains("suspended", rows.Current.Cells[3].Text, StringComparison.Ordinal);
        await enough.CancelAsync();
    }

    [Fact]
    public async Task Intake_tells_each_source()
    {
        var rows = await guard.RowsAsync(0, "intake");
        var log = rows.Single(row => Text(row, "kind") == "log");
        Assert.True(Number(log, "lines") > Number(log, "ignored"));
        Assert.Equal(0, Number(log, "unparsed"));
        Assert.Equal(2026, log.GetProperty("journaled-to").GetDateTime().Year);
        Assert.Contains(rows, row => Text(row, "kind") == "postfix-policy" && Number(row, "unanswered") == 0);
    }

    [Fact]
    public async Task A_network_is_blocked_by_hand_listed_and_released()
    {
        Assert.Equal("yes", Text((await guard.RowsAsync(0, "blocks", "add", "203.0.113.7", "2h", "spam run")).Single(), "done"));
        var standing = (await guard.RowsAsync(0, "blocks", "list")).Single(row => Text(row, "network") == "203.0.113.7/32");
        Assert.Equal("spam run", Text(standing, "reason"));
        Assert.Contains(Environment.UserName, Text(standing, "by"), StringComparison.Ordinal);
        Assert.InRange(standing.GetProperty("until").GetDateTimeOffset(), DateTimeOffset.UtcNow.AddMinutes(100), DateTimeOffset.UtcNow.AddMinutes(121));
        Assert.Equal("yes", Text((await guard.RowsAsync(0, "blocks", "remove", "203.0.113.7")).Single(), "done"));
        Assert.DoesNotContain(await guard.RowsAsync(0, "blocks", "list"), row => Text(row, "network") == "203.0.113.7/32");
        Assert.Equal("no", Text((await guard.RowsAsync(0, "blocks", "remove", "203.0.113.7")).Single(), "done"));
        var exempt = (await guard.RowsAsync(0, "blocks", "add", "198.51.100.9")).Single();
        Assert.Equal("no", Text(exempt, "done"));
        Assert.Contains("never blocked", Text(exempt, "result"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not an address or a network", "somewhere")]
    [InlineData("cannot be blocked", "10.0.0.0/8")]
    public async Task What_cannot_be_blocked_is_told(string told, string network)
    {
        var (_, errors, code) = await guard.AskAsync(0, false, "blocks", "add", network);
        Assert.Equal(1, code);
        Assert.Contains(told, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outbox_tells_what_is_still_to_be_done()
    {
        var rows = await guard.RowsAsync(0, "outbox");
        Assert.Equal(("firewall command", 0), (Text(rows[0], "name"), Number(rows[0], "failures")));
        Assert.Contains(rows, row => Text(row, "kind") == "effects");
    }

    [Fact]
    public async Task Cluster_and_shards_tell_members_and_where_entities_live()
    {
        var member = (await guard.RowsAsync(0, "cluster")).Single();
        Assert.Equal((guard.Node(), "up", "yes", "yes"), (Text(member, "member"), Text(member, "status"), Text(member, "reachable"), Text(member, "leader")));
        var shards = await guard.RowsAsync(0, "shards");
        Assert.Equal(["site", "user"], shards.Select(row => Text(row, "region")));
        Assert.All(shards, row => Assert.Equal(guard.Node(), Text(row, "node")));
    }

    [Fact]
    public async Task For_people_the_columns_stand_under_each_other()
    {
        var (text, _, code) = await guard.AskAsync(0, false, "guard", "site", "show", "example.com");
        Assert.Equal(0, code);
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var value = lines[0].IndexOf("value", StringComparison.Ordinal);
        Assert.All(lines.Skip(1).Where(line => line.Length > value), line => Assert.Equal(' ', line[value - 1]));
        Assert.Contains(lines, line => line.AsSpan(value).StartsWith("example.com"));
    }

    [Theory]
    [InlineData("one of user show, user release, user absolve, user preview, user confirm, user lock, user forget", "user", "paint")]
    [InlineData("unknown command 'user shoe'; did you mean user show?", "user", "shoe")]
    [InlineData("USER is missing: user show USER", "user", "show")]
    [InlineData("'x' is too much: cluster", "cluster", "x")]
    [InlineData("'names' is not one of activity, score: top [BY]", "top", "names")]
    [InlineData("unknown command 'tpo'", "tpo")]
    public async Task What_is_no_command_is_told_with_what_would_be_one(string told, params string[] words)
    {
        var (_, errors, code) = await guard.AskAsync(0, false, words);
        Assert.Equal(2, code);
        Assert.Contains(told, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_duration_is_told()
    {
        var (_, errors, code) = await guard.AskAsync(0, false, "user", "lock", "anna@example.com", "soon");
        Assert.Equal(1, code);
        Assert.Contains("'soon' is not a duration", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_socket_is_its_owners_alone() => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(guard.Socket()));

    [Fact]
    public void Every_command_has_a_name_and_help_of_its_own()
    {
        Assert.Equal(Vocabulary.Commands.Length, Vocabulary.Commands.Select(command => command.Name).Distinct().Count());
        Assert.All(Vocabulary.Commands, command => Assert.EndsWith(".", command.Help, StringComparison.Ordinal));
        // Required arguments come first, or positions would mean nothing.
        Assert.All(Vocabulary.Commands, command => Assert.Equal(command.Arguments.OrderByDescending(argument => argument.Required), command.Arguments));
    }
}
