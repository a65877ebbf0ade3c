using System.Text;
using CsCheck;
using Guard.Host.Intake.Logs;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Xunit;

namespace Guard.Host.Tests.Logs.Daemons;

/// <summary>
/// Whatever strangers write into the fields that are theirs: no line yields another user, address, service, count or outcome. <c>ACCOUNTGUARD_FUZZ</c> says how
/// many lines each parser is given.
/// </summary>
public sealed class HostileTextTests
{
    private const string Address = "192.0.2.7";

    /// <summary>The marks of all daemons, and what would be somebody else's.</summary>
    private static readonly string[] Pieces =
    [
        "victim@example.com",
        "victim",
        "6.6.6.6",
        "anna",
        "@",
        " ",
        "x",
        "\n",
        "\t",
        "\"",
        "'",
        "<",
        ">",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ";",
        ":",
        "=",
        "*",
        "..",
        "-",
        "é",
        ">, method=PLAIN",
        ", rip=6.6.6.6",
        ", lip=1.1.1.1",
        ">, session=<z",
        ", TLS",
        ", user=<victim@example.com>",
        ": user=<victim@example.com>, method=PLAIN, rip=6.6.6.6, lip=1.1.1.1, session=<z",
        "): started proxying to 1.1.1.1:143",
        "proxy(victim@example.com",
        ",198.51.100.1:993): Login failed: ",
        ",6.6.6.6): ",
        ",6.6.6.6,<q>): ",
        "unknown user",
        "Password mismatch",
        " (given password: ",
        "Master user logging in as victim",
        ",sasl:plain)<q>: ",
        "policy: Authentication failure due to policy",
        "auth failed, 9 attempts",
        " (auth_failed)",
        " from 6.6.6.6",
        " port 22",
        " ssh2",
        ": RSA SHA256:y",
        " from 6.6.6.6 port 22 ssh2",
        "invalid user ",
        "Accepted password for victim",
        " via 1.1.1.1",
        " not allowed because ",
        " [preauth]",
        " (Login failed): Incorrect password",
        ": no such user found from ",
        ": Login successful.",
        "]) - USER victim",
        " [6.6.6.6] to 1.1.1.1:21",
        " PASS 230",
        "PASS (hidden)\" 230",
        "\" 230 \"PASS (hidden)",
        "[24/Nov/2026:02:14:15 +0000] \"",
        "] OK LOGIN: Client \"6.6.6.6\"",
        "] FAIL LOGIN: Client \"6.6.6.6\"",
        ", \"",
        " rhost=6.6.6.6",
        " user=victim",
        "  user=victim@example.com",
        " is now logged in",
        ") [INFO] ",
        "(?@6.6.6.6",
        "] [WARNING] Authentication failed for user [victim",
        ", ip=[6.6.6.6]",
        ", port=[1]",
        ",msg=\"535 Authentication failed.\",cmd: AUTH LOGIN victim",
        ") [SASL(-13): authentication failure: x]",
        " SASL(-20): user not found",
        " [6.6.6.6] ",
        "] [service=imap",
        "] [realm=example.net",
        "] [mech=x",
        "] [reason=y",
        " auth failed: ",
        "' (password len=1)",
        " from IP 6.6.6.6",
        " in session abc",
        " (error: 0)",
        " (X-Real-IP: 6.6.6.6",
        ",X-Forwarded-For: 6.6.6.6",
        ") in session abc (error: 0)",
        " against localhost",
        ". AUTHENTICATE PLAIN: no",
        "' for user 'victim",
        "' might not have worked",
        "' - expire = ",
        ";oip=6.6.6.6",
        ";ip=6.6.6.6",
        ";] security - cmd=Auth; account=victim@example.com",
        "; protocol=imap;",
        "; error=authentication failed for [victim], invalid password;",
        "] SoapEngine - handler exception: authentication failed for [victim], account not found",
        " (Remote IP: 6.6.6.6)",
        "\",\"message\":\"Login successful: victim",
        "\\",
        "\\\"",
    ];

    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.Int[0, Pieces.Length - 1].Array[0, 8].Select(picked => string.Concat(picked.Select(i => Pieces[i]))),
        Gen.String[Gen.Char["abv@.,<>[]()= :;\"'/|rip6uselaymthodf\t"], 0, 90]
    );

    public static TheoryData<string> Parsers => [.. HostileShape.All.Select(shape => shape.Parser).Distinct()];

    [Theory]
    [MemberData(nameof(Parsers))]
    public void No_line_yields_what_a_stranger_wrote_into_it(string parser)
    {
        var shapes = HostileShape.All.Where(shape => shape.Parser == parser).ToArray();
        Gen.Select(Gen.Int[0, shapes.Length - 1], Text).Sample((which, text) => Check(shapes[which], text), iter: FuzzEffort.Inputs);
    }

    [Theory]
    [MemberData(nameof(Parsers))]
    public void Damaged_lines_are_survived(string parser)
    {
        var shapes = HostileShape.All.Where(shape => shape.Parser == parser).ToArray();
        Gen.Select(Gen.Int[0, shapes.Length - 1], Gen.Int[0, 260], Gen.Byte, Gen.Int[0, 260])
            .Sample(
                (which, at, value, cut) =>
                {
                    var line = Encoding.UTF8.GetBytes(Whole(shapes[which].With("anna")));
                    if (at < line.Length)
                        line[at] = value;
                    new Parsed().Feed(line).Feed(line[..Math.Min(cut, line.Length)]).Feed(line[Math.Min(cut, line.Length)..]);
                },
                iter: FuzzEffort.Inputs
            );
    }

    [Fact]
    public void The_shapes_themselves_are_read()
    {
        foreach (var shape in HostileShape.All)
        {
            var parsed = new Parsed().Feed(Whole(shape.With("anna")));
            Assert.True(
                parsed.All.Count == shape.Count && parsed.Last != LineResult.Unknown,
                $"{shape.With("anna")}: {string.Join("; ", parsed.Told)}, {parsed.Last}"
            );
        }
    }

    private static string Whole(string line) =>
        line[0] is '[' or '{' || line.StartsWith("Tue Nov", StringComparison.Ordinal) || line.StartsWith("2026-", StringComparison.Ordinal)
            ? line
            : $"Nov 24 02:14:15 mail {line}";

    private static void Check(HostileShape shape, string text)
    {
        var line = Whole(shape.With(text));
        var parsed = new Parsed().Feed(line);
        Assert.True(parsed.All.Count <= shape.Count, $"{line}: {string.Join("; ", parsed.Told)}");
        foreach (var observation in parsed.All)
        {
            var login = Assert.IsType<Login>(observation);
            Assert.True(login.Place.Address.IsNone || login.Place.Address.ToString() == Address, $"{line}: {Parsed.Tell(login)}");
            Assert.True(login.Service.ToString() == shape.Service, $"{line}: {Parsed.Tell(login)}");
            Assert.True(login.Outcome != LoginOutcome.Succeeded || shape.Succeeds, $"{line}: {Parsed.Tell(login)}");
            Assert.True(login.User.IsNone || login.User == Expected(shape, text), $"{line}: {Parsed.Tell(login)}");
        }
    }

    /// <summary>The whole of what was claimed, as the daemon writes it, never a part of it that is somebody else.</summary>
    private static UserId? Expected(HostileShape shape, string text)
    {
        if (!shape.IsUser)
            return Anna;
        var claimed = shape.Written == HostileShape.Json ? text : shape.Write(text);
        return new UserNameRules("example.com").Map(Encoding.UTF8.GetBytes(claimed), shape.Service is "Ftp" or "Ssh");
    }

    private static readonly UserId Anna = new("anna@example.com");
}
