using System.Net;
using Guard.Host.Configuration;
using Guard.Host.Node.Health;
using Guard.Host.Tests.Syslog;
using Xunit;

namespace Guard.Host.Tests.Doctor;

public sealed class FleetCheckSpecs
{
    [Fact]
    public void A_certificate_that_is_over_is_a_fault_one_that_ends_soon_a_warning()
    {
        using var certificates = new Certificates();
        certificates.WriteServer().Dispose();
        var tls = new SyslogTlsSettings(new IPEndPoint(IPAddress.Loopback, 6514), certificates.Certificate, certificates.Key, "");
        var now = DateTimeOffset.UtcNow;
        Assert.Equal(FindingLevel.Ok, Certificate(tls, now).Level);
        Assert.Equal(FindingLevel.Warning, Certificate(tls, now.AddMonths(6).AddDays(-3)).Level);
        Assert.Equal(FindingLevel.Fault, Certificate(tls, now.AddMonths(7)).Level);
        Assert.Equal(FindingLevel.Fault, Certificate(tls, now.AddDays(-1)).Level);
        Assert.Equal(FindingLevel.Fault, Certificate(tls with { Key = certificates.Authority }, now).Level);
        Assert.Equal(FindingLevel.Fault, Certificate(tls with { Certificate = "/nowhere" }, now).Level);
    }

    private static Finding Certificate(SyslogTlsSettings tls, DateTimeOffset now) =>
        CertificateChecks.Look("certificate of syslog", tls.Certificate, tls.Key, now, "senders refuse it");
}
