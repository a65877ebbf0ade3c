using System.Net;
using CsCheck;
using Guard.Host.Configuration;
using Xunit;

namespace Guard.Host.Tests.Enforcers.Locks;

/// <summary>What a tool could take for something else never becomes its argument.</summary>
public sealed class ToolNameSpecs
{
    public static TheoryData<string> Hostile =>
        [
            "0.0.0.0/0",
            "0.0.0.0",
            "::/0",
            "fe80::1%eth0",
            "10",
            "0x7f.1",
            "127.1",
            "1.2.3.4",
            "*",
            "?",
            "*@example.com",
            "in?o@example.com",
            "-a",
            "-a@example.com",
            "--all",
            "info@-x",
            "info@example.com,anna@example.com",
            "info anna",
            "info\nanna",
            "info@a@b",
            "@example.com",
            "info@",
            "",
            "#x",
            ":x",
            "!x",
            "\"info\"",
            "$(id)",
            "`id`",
            "a|b",
            "a;b",
            "a/b",
            "../etc",
            "%u",
            "%{user}",
            "$HOME",
            "{user}",
            "a\\b",
            "<info@example.com>",
            "(a)",
            "[1.2.3.4]",
            "a\u0000b",
            "info\u202emoc",
            "info\u200b",
            "info\u2028x",
            "info\u0085x",
            "~root",
            "+all",
        ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_name_that_a_tool_could_take_for_something_else_is_no_argument(string name) =>
        Assert.False(ToolName.TryParse(name, ToolNameUse.Argument, out _, out _), name);

    [Theory]
    [InlineData("info@example.com")]
    [InlineData("anna.o'brien+lists@sub.example.com")]
    [InlineData("info")]
    [InlineData("_dmarc@example.com")]
    [InlineData("r&d@example.com")]
    [InlineData("4711@example.com")]
    [InlineData("10.0.0.1@example.com")]
    [InlineData("müller@bücher.example")]
    [InlineData("石川@例え.テスト")]
    public void Names_that_people_have_are_let_through(string name) =>
        Assert.True(ToolName.TryParse(name, ToolNameUse.Argument, out var parsed, out var fault) && parsed.Value == name, fault);

    [Theory]
    [InlineData("root", true)]
    [InlineData("web42", true)]
    [InlineData("a.b-c_d", true)]
    [InlineData("1000", false)]
    [InlineData("-a", false)]
    [InlineData("a b", false)]
    [InlineData("info\n", false)]
    [InlineData("Root", false)]
    [InlineData("", false)]
    public void A_system_account_is_no_option_and_no_number(string name, bool possible) =>
        Assert.Equal(possible, ToolName.FaultOf(name, ToolNameUse.SystemAccount) is null);

    [Fact]
    public void Whatever_gets_through_is_one_word_and_neither_option_nor_address_nor_mask() =>
        Gen.OneOf(Gen.String[0, 20], Gen.Char["ab0.-+*?@/:%#, \n\t'=~_"].Array[0, 8].Select(chars => new string(chars)))
            .Sample(text =>
            {
                if (!ToolName.TryParse(text, ToolNameUse.Argument, out var name, out var fault))
                    return fault.Length > 0;
                return name.Value == text
                    && text.Length > 0
                    && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || "*?/:,;|<>()[]{}\"\\`$%#!^".Contains(c, StringComparison.Ordinal))
                    && text[0] is not ('-' or '+' or '~' or '@' or '.')
                    && !IPAddress.TryParse(text, out _)
                    && !IPNetwork.TryParse(text, out _);
            });
}
