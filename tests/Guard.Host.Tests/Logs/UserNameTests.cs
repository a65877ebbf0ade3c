using System.Text;
using CsCheck;
using Guard.Host.Intake.Logs;
using Guard.Host.Intake.Logs.Names;
using Xunit;

namespace Guard.Host.Tests.Logs;

/// <summary>Which account a name is.</summary>
public sealed class UserNameTests
{
    private static string Map(string name, UserNameRules? rules = null, bool system = false) =>
        (rules ?? new UserNameRules("example.com")).Map(Encoding.UTF8.GetBytes(name), system)!.Value.Value;

    [Theory]
    [InlineData("anna", "anna@example.com")]
    [InlineData("Anna@Example.ORG", "anna@example.org")]
    [InlineData("anna+shop@example.com", "anna@example.com")]
    [InlineData("anna+shop", "anna@example.com")]
    [InlineData("anna+a+b@example.com", "anna@example.com")]
    [InlineData("+anna@example.com", "+anna@example.com")]
    [InlineData("CORP\\anna", "corp\\anna@example.com")]
    [InlineData("anna%example.org", "anna%example.org@example.com")]
    [InlineData("müller@exämple.com", "müller@exämple.com")]
    [InlineData("anna@xn--mller-kva.example", "anna@xn--mller-kva.example")]
    [InlineData("hans müller", "hans%20müller@example.com")]
    [InlineData("\"j d\"@example.com", "%22j%20d%22@example.com")]
    [InlineData("anna@example.com@EXAMPLE.ORG", "anna%40example.com@example.org")]
    [InlineData("anna@", "anna%40@example.com")]
    [InlineData("@example.com", "%40example.com@example.com")]
    [InlineData("\U0001F600@example.com", "%F0%9F%98%80@example.com")]
    [InlineData("a%20b@example.com", "a%2520b@example.com")]
    [InlineData("a\u202Eb@example.com", "a%E2%80%AEb@example.com")]
    [InlineData("a\r\nb", "a%0D%0Ab@example.com")]
    public void A_name_is_judged_under_one_spelling(string name, string account) => Assert.Equal(account, Map(name));

    [Fact]
    public void Bytes_that_are_not_utf8_are_kept_apart()
    {
        var rules = new UserNameRules("example.com");
        Assert.Equal("m%FCller@example.com", rules.Map([0x6D, 0xFC, 0x6C, 0x6C, 0x65, 0x72], false)!.Value.Value);
        Assert.Equal("m%E4ller@example.com", rules.Map([0x6D, 0xE4, 0x6C, 0x6C, 0x65, 0x72], false)!.Value.Value);
        Assert.Equal(rules.Map([0x6D, 0xFC], false), rules.Map(AccountName.Text([0x6D, 0xFC]), false));
    }

    /// <summary>However keyboard or file system wrote it; Vietnamese has two marks on a letter, Korean syllables are of letters.</summary>
    [Theory]
    [InlineData("jose\u0301", "jos\u00E9@example.com")]
    [InlineData("JOS\u00C9", "jos\u00E9@example.com")]
    [InlineData("mu\u0308ller@example.com", "m\u00FCller@example.com")]
    [InlineData("ba\u0323\u0302c@example.com", "b\u1EADc@example.com")]
    [InlineData("\u1112\u1161\u11AB\u1100\u1173\u11AF", "\uD55C\uAE00@example.com")]
    [InlineData("\u0438\u0306od", "\u0439od@example.com")]
    [InlineData("x\u0301\u0302", "x\u0301\u0302@example.com")]
    public void Letters_and_their_marks_are_one_name(string name, string account) => Assert.Equal(account, Map(name));

    [Theory]
    [InlineData("postmaster@example.com", true)]
    [InlineData("POSTMASTER", true)]
    [InlineData("carl@old.example", true)]
    [InlineData("Anna@example.com", false)]
    [InlineData("anna+x", false)]
    [InlineData("hans m\u00FCller", false)]
    [InlineData("", false)]
    public void A_name_is_an_alias_where_the_map_makes_another_account_of_it(string name, bool alias) =>
        Assert.Equal(alias, new UserNameRules("example.com", virtualMap: VirtualMap.Read(Table)).IsAlias(name));

    [Fact]
    public void Long_names_are_bounded_and_told_apart()
    {
        var one = Map(new string('a', 250) + "@example.com");
        Assert.True(one.Length < AccountName.MaxBytes);
        Assert.NotEqual(one, Map(new string('a', 251) + "@example.com"));
        Assert.Equal(one, Map(new string('a', 250) + "@example.com"));
        Assert.True(Map(new string(' ', 4000)).Length < AccountName.MaxBytes);
        Assert.True(Map("a@" + new string('b', 4000)).Length < AccountName.MaxBytes);
    }

    [Fact]
    public void Only_no_name_at_all_is_none() => Assert.Null(new UserNameRules().Map(default(ReadOnlySpan<byte>), false));

    [Fact]
    public void Two_names_never_share_a_spelling_and_every_spelling_is_bounded()
    {
        var rules = new UserNameRules("example.com", foldCase: false, delimiters: "");
        var seen = new System.Collections.Concurrent.ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        Gen.Byte.Array[1, 40]
            .Sample(
                bytes =>
                {
                    var account = rules.Map(bytes, false)!.Value.Value;
                    Assert.InRange(Encoding.UTF8.GetByteCount(account), 3, AccountName.MaxBytes);
                    Assert.DoesNotContain(account, c => char.IsControl(c) || char.IsWhiteSpace(c) || char.IsSurrogate(c));
                    Assert.Equal(account.IndexOf('@', StringComparison.Ordinal), account.LastIndexOf('@'));
                    var text = AccountName.Text(bytes);
                    // With and without the default domain is one account.
                    if (
                        text.EndsWith("@example.com", StringComparison.Ordinal)
                        || text.Any(char.IsSurrogate) is false && !text.IsNormalized(NormalizationForm.FormC)
                    )
                        return;
                    Assert.Equal(text, seen.GetOrAdd(account, text));
                },
                iter: 50_000
            );
    }

    [Fact]
    public void A_system_users_plus_is_part_of_its_name() => Assert.Equal("www+x@example.com", Map("www+x", system: true));

    [Fact]
    public void Without_a_delimiter_extensions_are_names() =>
        Assert.Equal("anna+x@example.com", Map("anna+x", new UserNameRules("example.com", delimiters: "")));

    [Fact]
    public void Other_delimiters_are_possible() => Assert.Equal("anna@example.com", Map("anna-x", new UserNameRules("example.com", delimiters: "+-")));

    private static readonly string[] Table =
    [
        "# virtual alias domains",
        "example.com             anything",
        "",
        "postmaster@example.com  anna@example.com",
        "sales@example.com       anna@example.com, bert@example.com",
        "team@example.com        anna@example.com,",
        "                        carl@example.com",
        "  # a comment within",
        "dora@example.com",
        "   dora.long@example.com",
        "@old.example            @example.com",
        "@all.example            anna@example.com",
        "\"john doe\"@example.com  john@example.com",
        "info                    postmaster",
        "loop1@example.com       loop2@example.com",
        "loop2@example.com       loop1@example.com",
        "cmd@example.com         |/usr/bin/vacation",
        "noval@example.com",
        "postmaster@example.com  eve@example.com",
    ];

    [Theory]
    [InlineData("postmaster@example.com", "anna@example.com")]
    [InlineData("POSTMASTER@example.com", "anna@example.com")]
    [InlineData("postmaster", "anna@example.com")]
    [InlineData("postmaster+x@example.com", "anna@example.com")]
    [InlineData("sales@example.com", "sales@example.com")]
    [InlineData("team@example.com", "team@example.com")]
    [InlineData("dora@example.com", "dora.long@example.com")]
    [InlineData("bert@old.example", "bert@example.com")]
    [InlineData("postmaster@old.example", "anna@example.com")]
    [InlineData("bert@all.example", "bert@all.example")]
    [InlineData("john doe@example.com", "john@example.com")]
    [InlineData("info@example.com", "anna@example.com")]
    [InlineData("cmd@example.com", "cmd@example.com")]
    [InlineData("example.com", "example.com@example.com")]
    public void A_table_is_read_as_postfix_has_it(string name, string account) =>
        Assert.Equal(account, Map(name, new UserNameRules("example.com", virtualMap: VirtualMap.Read(Table))));

    [Fact]
    public void Odd_lines_are_told_and_passed_over()
    {
        var map = VirtualMap.Read(Table);
        Assert.Equal(2, map.Odd.Count);
        Assert.Contains(map.Odd, odd => odd.StartsWith("line 18: 'noval@example.com' has no value", StringComparison.Ordinal));
        Assert.Contains(map.Odd, odd => odd.StartsWith("line 19: 'postmaster@example.com' was told before", StringComparison.Ordinal));
        Assert.StartsWith("loop", Map("loop1@example.com", new UserNameRules("example.com", virtualMap: map)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_map_that_is_taken_over_holds_for_names_that_were_seen()
    {
        var rules = new UserNameRules("example.com");
        Assert.Equal("info@example.com", Map("info", rules));
        rules.Take(VirtualMap.Read(["info@example.com anna@example.com"]), null);
        Assert.Equal("anna@example.com", Map("info", rules));
    }
}
