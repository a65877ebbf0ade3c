using Guard.Host.Configuration;
using Xunit;

namespace Guard.Host.Tests.Configuration;

public sealed class SyslogSettingsSpecs
{
    private static ConfigurationResult Load(params (string Key, string Value)[] sets) =>
        GuardConfiguration.Load(null, sets.ToDictionary(set => $"accountguard.intake.syslog.{set.Key}", set => set.Value));

    [Fact]
    public void Syslog_is_off_unless_an_address_is_named()
    {
        Assert.Null(Load().Settings!.Syslog);
        Assert.Null(Load(("listen", "off"), ("tls-listen", "off"), ("certificate", "c.pem")).Settings!.Syslog);
        Assert.Null(Load(("listen", "127.0.0.1:10514")).Settings!.Syslog!.Tls);
    }

    [Fact]
    public void Tls_alone_may_be_heard_with_its_files_and_limits()
    {
        var settings = Load(
            ("tls-listen", "0.0.0.0:6514"),
            ("certificate", "/c.pem"),
            ("key", "/k.pem"),
            ("client-ca", "/ca.pem"),
            ("idle", "1h"),
            ("slow", "10s"),
            ("most-connections", "9")
        ).Settings!.Syslog!;
        Assert.Null(settings.Listen);
        Assert.Equal(
            ("0.0.0.0:6514", "/c.pem", "/k.pem", "/ca.pem"),
            (settings.Tls!.Listen.ToString(), settings.Tls.Certificate, settings.Tls.Key, settings.Tls.ClientAuthority)
        );
        Assert.Equal((TimeSpan.FromHours(1), TimeSpan.FromSeconds(10), 9), (settings.Idle, settings.Slow, settings.MaxConnections));
    }

    [Fact]
    public void Tls_without_its_files_and_an_impossible_address_are_mistakes()
    {
        Assert.Equal(
            ["accountguard.intake.syslog.certificate", "accountguard.intake.syslog.key"],
            Load(("tls-listen", "0.0.0.0:6514")).Faults.Select(fault => fault.Key).Order()
        );
        Assert.Equal("accountguard.intake.syslog.listen", Assert.Single(Load(("listen", "nowhere")).Faults).Key);
        Assert.NotEmpty(Load(("listen", "unix:/run/syslog")).Faults);
    }
}
