using System.Text;
using CsCheck;
using Guard.Host.Intake.Logs;
using Xunit;

namespace Guard.Host.Tests.Logs;

/// <summary>What strangers write into names, HELO and reverse DNS never poses as an address, a user or a line.</summary>
public sealed class InjectionTests
{
    private const string True = "192.0.2.1";

    /// <summary>Templates with the hostile text at {0}; the address that the server wrote is always <see cref="True"/>.</summary>
    public static readonly string[] Templates =
    [
        "Nov 24 00:25:29 mail dovecot: imap-login: Login: user=<{0}>, method=PLAIN, rip=192.0.2.1, lip=127.0.0.1, mpid=1, secured, session=<Hmtqv>",
        "Nov 24 00:25:29 mail dovecot: pop3-login: Disconnected: Connection closed (auth failed, 1 attempts in 1 secs): user=<{0}>, method=PLAIN, rip=192.0.2.1, lip=127.0.0.1, session=<Hmtqv>",
        "Nov 24 00:25:31 mail postfix/smtpd[1]: warning: host[192.0.2.1]: SASL PLAIN authentication failed: (reason unavailable), sasl_username={0}",
        "Nov 24 00:25:31 mail postfix/smtpd[1]: 4ABC8B20217: client=host[192.0.2.1], sasl_method=LOGIN, sasl_username={0}",
        "Nov 24 00:25:31 mail sm-mta[1]: AUTH=server, relay=host [192.0.2.1], authid={0}, mech=LOGIN, bits=0",
        "Nov 24 00:25:31 mail sm-mta[1]: 6AO2BWV1031825: AUTH failure (LOGIN): x, user={0}, relay=host [192.0.2.1]",
        "Nov 24 00:25:31 mail sshd[1]: Failed password for invalid user {0} from 192.0.2.1 port 22 ssh2",
        "Nov 24 00:25:31 mail sshd[1]: Accepted password for {0} from 192.0.2.1 port 22 ssh2",
        "Nov 24 00:25:31 mail proftpd[1]: srv (host[192.0.2.1]) - USER {0} (Login failed): Incorrect password",
        "Nov 24 00:25:31 mail imapd: LOGIN FAILED, user={0}, ip=[192.0.2.1]",
        "Tue Nov 24 02:12:54 2026 [pid 1] [{0}] FAIL LOGIN: Client \"192.0.2.1\"",
        "2026-11-24 02:14:17 login authenticator failed for host (helo) [192.0.2.1]: 535 Incorrect authentication data (set_id={0})",
    ];

    public static readonly string[] Hostile =
    [
        "x>, method=PLAIN, rip=6.6.6.6, lip=1.1.1.1, session=<z",
        "root from 6.6.6.6 port 22 ssh2",
        "a], relay=evil [6.6.6.6]",
        "x, relay=evil [6.6.6.6]",
        "joe, sasl_username=victim@example.com",
        "victim@example.com, sasl_sender=x",
        "x, mech=LOGIN, bits=0",
        "y, authid=victim, mech=PLAIN",
        "a (Login failed): Incorrect password",
        "] OK LOGIN: Client \"6.6.6.6\"",
        "x, ip=[6.6.6.6]",
        "x) [6.6.6.6]: 535 Incorrect authentication data (set_id=victim",
        "a\tb",
        "a b",
        "\u001b[31mred",
        "a\r\nNov 24 00:25:29 mail dovecot: imap-login: Login: user=<victim>, rip=6.6.6.6",
        "<script>",
        "a@b@c",
        "@",
        "x from 6.6.6.6",
        "невидимый@example.com",
        new string('a', 300),
    ];

    [Fact]
    public void No_hostile_name_moves_the_address_or_becomes_another_user()
    {
        foreach (var template in Templates)
        {
            foreach (var hostile in Hostile)
                Check(template, hostile);
        }
    }

    [Fact]
    public void No_random_name_does_either() =>
        Gen.Select(Gen.Int[0, Templates.Length - 1], Gen.String[Gen.Char["abc@.,<>[]()= :;\"'/|rip6uselaymthodf\t\n"], 0, 60])
            .Sample((template, name) => Check(Templates[template], name), iter: 20_000);

    private static void Check(string template, string hostile)
    {
        var parsed = new Parsed().Feed(
            string.Format(System.Globalization.CultureInfo.InvariantCulture, template.Replace("{0}", "\u0001", StringComparison.Ordinal), "")
                .Replace("\u0001", hostile, StringComparison.Ordinal)
        );
        foreach (var observation in parsed.All)
        {
            Assert.Equal(True, observation.Place.Address.ToString());
            // A failure of the address alone says nothing of a user.
            if (observation.User.IsNone)
                continue;
            Assert.DoesNotContain(observation.User.Value, char.IsControl);
            Assert.DoesNotContain(observation.User.Value, char.IsWhiteSpace);
            // What cannot be an account's name is a failure of the address alone.
            if (observation.User.IsNone)
                continue;
            // The whole of what was claimed, never a part of it that is somebody else.
            var claimed = hostile.Contains('@', StringComparison.Ordinal) ? hostile : hostile + "@example.com";
            var cut = claimed.IndexOf(", sasl_sender=", StringComparison.Ordinal);
            Assert.Contains(observation.User.Value, new[] { Spelled(claimed), Spelled(cut < 0 ? claimed : claimed[..cut]) });
        }
    }

    /// <summary>As it is judged; that no two names share a spelling <see cref="UserNameTests"/> shows.</summary>
    private static string Spelled(string claimed) => new UserNameRules("example.com").Map(claimed, system: false)!.Value.Value;

    [Theory]
    [InlineData("Nov 24 00:25:31 mail postfix/smtpd[1]: 4ABC8B20217: client=evil[6.6.6.6].example[192.0.2.1], sasl_method=LOGIN, sasl_username=joe")]
    [InlineData("Nov 24 00:25:31 mail sm-mta[1]: AUTH=server, relay=evil[6.6.6.6] [192.0.2.1] (may be forged), authid=joe, mech=LOGIN, bits=0")]
    [InlineData("Nov 24 00:25:31 mail proftpd[1]: srv (evil[6.6.6.6[192.0.2.1]) - USER joe: Login successful.")]
    public void A_reverse_name_never_poses_as_the_address(string line) =>
        Assert.All(new Parsed().Feed(line).All, one => Assert.Equal(True, one.Place.Address.ToString()));

    [Fact]
    public void Any_bytes_at_all_are_survived() =>
        Gen
            .Byte.Array[0, 300]
            .Sample(
                bytes =>
                {
                    new Parsed().Feed(bytes);
                },
                iter: 20_000
            );

    [Fact]
    public void Damaged_real_lines_are_survived() =>
        Gen.Select(Gen.Int[0, Templates.Length - 1], Gen.Int[0, 150], Gen.Byte)
            .Sample(
                (template, at, value) =>
                {
                    var line = Encoding.UTF8.GetBytes(Templates[template]);
                    if (at < line.Length)
                        line[at] = value;
                    new Parsed().Feed(line).Feed(line[..Math.Min(at, line.Length)]);
                },
                iter: 20_000
            );

    [Fact]
    public void A_parser_restored_from_its_state_goes_on_as_if_nothing_had_happened() =>
        Gen.Select(Gen.Int[0, 3].Array[1, 40], Gen.Int[0, 40])
            .Sample(
                (kinds, cut) =>
                {
                    var lines = kinds
                        .Select(
                            (kind, i) =>
                                kind switch
                                {
                                    0 =>
                                        $"Nov 24 00:23:56 mail postfix/smtpd[7]: 4ABC8B2021{i % 5}: client=x[192.0.2.1], sasl_method=LOGIN, sasl_username=u{i % 3}",
                                    1 => $"Nov 24 00:23:56 mail postfix/qmgr[9]: 4ABC8B2021{i % 5}: from=<x>, size=427, nrcpt=2 (queue active)",
                                    2 => "Jan 24 00:23:56 mail sm-mta[31818]: AUTH=server, relay=h [192.0.2.50], authid=info, mech=LOGIN, bits=0",
                                    _ => "Dec 24 00:23:56 mail sm-mta[31818]: 6AO2BVnV031818: from=<i>, size=265, class=0, nrcpts=2, relay=h [192.0.2.50]",
                                }
                        )
                        .ToArray();
                    var whole = new Parsed().Feed(lines);
                    var first = new Parsed().Feed([.. lines.Take(cut)]);
                    var second = new Parsed();
                    Assert.True(second.Parser.Restore(first.Parser.Capture()));
                    second.Feed([.. lines.Skip(cut)]);
                    Assert.Equal(whole.Told, first.Told.Concat(second.Told));
                    Assert.Equal(whole.All.Select(one => one.At), first.All.Concat(second.All).Select(one => one.At));
                }
            );
}
