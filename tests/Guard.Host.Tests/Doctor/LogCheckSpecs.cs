using System.Globalization;
using Guard.Host.Configuration;
using Guard.Host.Doctor;
using Guard.Host.Node.Health;
using Xunit;

namespace Guard.Host.Tests.Doctor;

public sealed class LogCheckSpecs : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private Finding Look(string zone = "UTC")
    {
        var settings = GuardConfiguration.Load(null).Settings!;
        return Assert.Single(
            LogChecks.Look(settings with { Logs = settings.Logs with { Files = [_file], Zone = TimeZoneInfo.FindSystemTimeZoneById(zone) } }, Now)
        );
    }

    private void Write(int logins, int others, DateTimeOffset at)
    {
        var stamp = string.Create(CultureInfo.InvariantCulture, $"{at.UtcDateTime:MMM} {at.UtcDateTime.Day,2} {at.UtcDateTime:HH:mm:ss}");
        File.WriteAllLines(
            _file,
            Enumerable
                .Repeat(
                    $"{stamp} mail dovecot: imap-login: Login: user=<info@example.com>, method=PLAIN, rip=198.51.100.1, lip=192.0.2.1, mpid=1, secured, session=<abc>",
                    logins
                )
                .Concat(Enumerable.Repeat($"{stamp} mail kernel: eth0 is up", others))
        );
    }

    [Fact]
    public void A_log_that_tells_of_logins_is_well()
    {
        Write(30, 10, Now);
        var finding = Look();
        Assert.Equal(FindingLevel.Ok, finding.Level);
        Assert.Contains("75 %", finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_of_something_else_is_warned_of()
    {
        Write(0, 10, Now);
        Assert.Equal(FindingLevel.Warning, Look().Level);
    }

    [Fact]
    public void A_log_in_another_time_zone_is_a_fault()
    {
        Write(5, 0, Now);
        var finding = Look("Asia/Tokyo");
        Assert.Equal(FindingLevel.Fault, finding.Level);
        Assert.Contains("time-zone", finding.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_log_is_a_fault()
    {
        File.Delete(_file);
        Assert.Equal(FindingLevel.Fault, Look().Level);
    }

    public void Dispose() => File.Delete(_file);
}
