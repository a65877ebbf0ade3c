using System.Text;
using System.Text.Json;
using Xunit;

namespace Guard.Host.Tests.Replay;

/// <summary>What does not belong in a log is counted or passed over, and what follows it counts as if it were not there.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    private static string Login(string stamp, string user) =>
        $"{stamp} mail dovecot: imap-login: Login: user=<{user}>, method=PLAIN, rip=86.130.4.5, lip=192.0.2.25, mpid=1, TLS, session=<a>";

    private JsonElement Summary(params byte[][] lines)
    {
        using (var stream = File.Create(_file))
        {
            foreach (var line in lines)
            {
                stream.Write(line);
                stream.WriteByte((byte)'\n');
            }
        }
        return DemoStoryTests.Replay(_file).Lines[^1];
    }

    private static byte[] Text(string line) => Encoding.UTF8.GetBytes(line);

    [Fact]
    public void Binary_junk_and_lines_of_a_megabyte_are_counted_and_what_follows_is_read()
    {
        var junk = new byte[1 << 20];
        new Random(7).NextBytes(junk);
        var oneLine = junk.Select(value => value == (byte)'\n' ? (byte)'x' : value).ToArray();
        var longLogin = Text(Login("2026-03-01T10:00:01+00:00", new string('a', 1 << 20)));
        var summary = Summary(
            Text(Login("2026-03-01T10:00:00+00:00", "anna@example.com")),
            oneLine,
            longLogin,
            junk,
            new byte[100_000],
            [],
            [0xff, 0xfe, 0],
            Text(Login("2026-03-01T10:00:02+00:00", "anna@example.com"))
        );
        Assert.Equal(2, summary.GetProperty("logins").GetInt64());
        Assert.Equal(1, summary.GetProperty("users").GetInt64());
        Assert.True(summary.GetProperty("unparsed").GetInt64() >= 2);
    }

    [Fact]
    public void Lines_of_1970_and_2100_and_impossible_days_do_not_move_the_time_of_the_others()
    {
        var summary = Summary(
            Text(Login("2026-03-01T10:00:00+00:00", "anna@example.com")),
            Text(Login("1970-01-01T00:00:00+00:00", "anna@example.com")),
            Text(Login("2100-01-01T00:00:00+00:00", "bob@example.com")),
            Text(Login("9999-12-31T23:59:59+00:00", "bob@example.com")),
            Text(Login("0000-00-00T00:00:00+00:00", "bob@example.com")),
            Text(Login("2026-02-30T00:00:00+00:00", "bob@example.com")),
            Text(Login("Feb 30 25:61:61", "bob@example.com")),
            Text(Login("2026-03-01T10:00:02+00:00", "anna@example.com"))
        );
        Assert.Equal(8, summary.GetProperty("lines").GetInt64());
        Assert.True(summary.GetProperty("logins").GetInt64() >= 2);
        Assert.Equal(0, summary.GetProperty("reactions").GetProperty("reported").GetInt64());
    }

    [Fact]
    public void Random_bytes_between_good_lines_never_stop_a_replay()
    {
        var random = new Random(11);
        var lines = new List<byte[]>();
        for (var i = 0; i < 2000; i++)
        {
            var good = Text(Login($"2026-03-01T10:{i / 60:00}:{i % 60:00}+00:00".Replace("10:33", "11:33", StringComparison.Ordinal), "anna@example.com"));
            if (i % 2 == 0)
            {
                for (var change = random.Next(1, 6); change > 0; change--)
                    good[random.Next(good.Length)] = (byte)random.Next(1, 256) is var value && value == (byte)'\n' ? (byte)' ' : value;
            }
            lines.Add(good);
        }
        var summary = Summary([.. lines]);
        Assert.Equal(2000, summary.GetProperty("lines").GetInt64());
        Assert.True(summary.GetProperty("logins").GetInt64() >= 1000);
    }

    public void Dispose() => File.Delete(_file);
}
