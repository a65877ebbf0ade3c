using CsCheck;
using Guard.Host.Configuration;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Host.Tests.Configuration;

/// <summary>Texts that are no HOCON, or that lead in circles: each is a fault with its line, and reading always ends.</summary>
public sealed class HoconTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-hocon").FullName;

    private ConfigurationResult Load(string text, Dictionary<string, string>? sets = null)
    {
        var file = Path.Combine(_directory, "guard.conf");
        File.WriteAllText(file, text);
        return GuardConfiguration.Load(file, sets);
    }

    [Theory]
    [InlineData("a = [ } ]", 1)]
    [InlineData("\na = [ b = c ]", 2)]
    [InlineData("accountguard {\n log-level = ${accountguard.log-level}\n}", 2)]
    [InlineData("accountguard { mode = observe } }\naccountguard.log-level = nonsense", 1)]
    [InlineData("accountguard {\n policy = 5\n}", 2)]
    [InlineData("accountguard {\n policy.sites.\"example.com\".users.info = 5\n}", 2)]
    [InlineData("accountguard {\n console {\n listen = 127.0.0.1:8080\n }\n}", 3)]
    [InlineData("\n\ninclude \"nowhere.conf\"", 3)]
    [InlineData("accountguard.mode = \"observe", 1)]
    public void A_text_that_is_wrong_is_a_fault_at_its_line(string text, int line)
    {
        var loaded = Load(text);
        Assert.Null(loaded.Settings);
        Assert.Contains(loaded.Faults, fault => fault.Line == line);
    }

    [Theory]
    [InlineData("accountguard { log-level = warning, mode = observe }")]
    [InlineData("accountguard { intake { }, mode = observe }")]
    [InlineData("accountguard.policy.default.quotas = [\n]\n")]
    [InlineData("level = x\naccountguard.log-level = warning")]
    public void What_is_legal_is_read_or_its_unknown_key_alone_is_told(string text) => Assert.All(Load(text).Faults, fault => Assert.Equal("level", fault.Key));

    [Fact]
    public void A_file_that_includes_itself_is_a_fault_with_its_line()
    {
        File.WriteAllText(Path.Combine(_directory, "other.conf"), "\ninclude \"guard.conf\"\n");
        Assert.Contains(Load("include \"guard.conf\"\n").Faults, fault => fault.Line == 1);
        Assert.Contains(Load("include \"other.conf\"\n").Faults, fault => fault.Line == 2 && fault.File.EndsWith("other.conf", StringComparison.Ordinal));
    }

    [Fact]
    public void References_that_lead_in_a_circle_are_a_fault() => Assert.NotEmpty(Load("a = ${b}\nb = ${a}\naccountguard.log-level = ${a}").Faults);

    [Fact]
    public void A_text_nested_too_deeply_is_a_fault() => Assert.NotEmpty(Load("a = " + new string('[', 100_000)).Faults);

    [Fact]
    public void Command_line_settings_take_quoted_keys_lists_and_addresses()
    {
        var loaded = Load(
            "accountguard.mode = observe",
            new Dictionary<string, string>
            {
                ["accountguard.policy.sites.\"example.com\".mode"] = "enforce",
                ["accountguard.policy.default.places.usual-list"] = "[GB, IE]",
                ["accountguard.console.listen"] = "127.0.0.1:8081",
            }
        );
        Assert.Empty(loaded.Faults);
        var site = loaded.Settings!.Policies.For(new SiteId("example.com"));
        Assert.Equal(GuardMode.Enforce, site.Policy.Mode);
        Assert.Equal(["GB", "IE"], site.Policy.Places.Usual);
        Assert.NotEmpty(Load("", new Dictionary<string, string> { ["accountguard"] = "x" }).Faults);
    }

    [Fact]
    public void A_local_part_is_that_user_in_every_domain_of_its_site_and_no_other_site()
    {
        var book = Load(
            "accountguard.policy.sites.\"acme\" { domains = [a.example, b.example], users { info { reactions.highest = reported }, \"boss@b.example\" { mode = enforce } } }"
        ).Settings!.Policies;
        foreach (var name in new[] { "info@a.example", "info@b.example" })
            Assert.Equal(Rung.Reported, book.For(book.SiteOf(new UserId(name))).For(new UserId(name)).Reactions.Highest);
        Assert.Equal(GuardMode.Enforce, book.For(book.SiteOf(new UserId("boss@b.example"))).For(new UserId("boss@b.example")).Mode);
        Assert.Equal(Rung.Blocked, book.For(book.SiteOf(new UserId("info@c.example"))).For(new UserId("info@c.example")).Reactions.Highest);
        Assert.NotEmpty(Load("accountguard.policy.sites.\"acme\" { domains = [a.example], users { \"info@other.example\" { mode = enforce } } }").Faults);
    }

    [Fact]
    public void What_is_allowed_and_hardly_meant_is_a_warning()
    {
        var loaded = Load(
            "accountguard.policy.default {\n reactions { on-quota = suspended, highest = reported }\n places { usual-list = [GB], suspicious-list = [GB] }\n}"
        );
        Assert.Empty(loaded.Faults);
        Assert.Equal([2, 3], loaded.Warnings.Select(warning => warning.Line).Order());
    }

    [Fact]
    public void A_mistake_that_many_sites_inherit_is_told_once() =>
        Assert.Single(
            Load("accountguard.policy {\n default.reactions.suspend-for = soon\n sites { \"a.example\" {}, \"b.example\" {}, \"c.example\" {} }\n}").Faults
        );

    [Fact]
    public void Random_texts_are_faults_or_settings_and_never_hang_or_throw()
    {
        string[] tokens =
        [
            "{",
            "}",
            "[",
            "]",
            "=",
            ":",
            ",",
            "\n",
            " ",
            ".",
            "+=",
            "\"",
            "\"\"\"",
            "#x\n",
            "//y\n",
            "${a}",
            "${?b.c}",
            "${accountguard}",
            "a",
            "b.c",
            "accountguard",
            "policy",
            "default",
            "quotas",
            "mode",
            "observe",
            "1d",
            "recipients",
            "500",
            "per",
            "include \"guard.conf\"\n",
            "\"q u\"",
            "$",
            "\\",
            "\0",
            "é",
            "sites",
            "users",
            "domains",
        ];
        var token = Gen.Int[0, tokens.Length - 1].Select(index => tokens[index]);
        var count = long.TryParse(Environment.GetEnvironmentVariable("ACCOUNTGUARD_FUZZ"), out var asked) ? asked : 20_000;
        var texts = token.Array[0, 40].Select(some => string.Concat(some));
        texts.Sample(
            text =>
            {
                var file = Path.Combine(_directory, $"random-{Environment.CurrentManagedThreadId}.conf");
                File.WriteAllText(file, text);
                var loaded = GuardConfiguration.Load(file);
                Assert.True(loaded.Settings is not null || loaded.Faults.Count > 0);
            },
            iter: count
        );
    }

    public void Dispose() => Directory.Delete(_directory, true);
}
