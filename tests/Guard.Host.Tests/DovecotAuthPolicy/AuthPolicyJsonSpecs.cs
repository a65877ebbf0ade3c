using System.Text;
using CsCheck;
using Guard.Host.Intake.DovecotAuthPolicy;
using Xunit;

namespace Guard.Host.Tests.DovecotAuthPolicy;

public sealed class AuthPolicyJsonSpecs
{
    private const string Report =
        """{"login":"info@example.com","remote":"2001:db8::1","pwhash":"0ed2","success":true,"policy_reject":false,"attrs":{"a":["b"]},"ip":"192.0.2.1","expire_secs":60}""";

    [Fact(DisplayName = "A login without a usable address is still a login")]
    public void NoAddress() => Assert.True(AuthPolicyJson.ReadAttempt(Encoding.UTF8.GetBytes("""{"login":"a","remote":"local"}""")).Remote.IsNone);

    [Fact(DisplayName = "Whatever comes is read or refused")]
    public void Fuzz()
    {
        var mangled = Gen.Select(Gen.Int[0, Report.Length], Gen.Int[0, 20], Gen.Byte.Array[0, 4])
            .Select(
                static (at, cut, with) =>
                {
                    var bytes = Encoding.UTF8.GetBytes(Report);
                    return (byte[])[.. bytes.AsSpan(0, at), .. with, .. bytes.AsSpan(Math.Min(bytes.Length, at + cut))];
                }
            );
        Gen.OneOf(mangled, Gen.Byte.Array[0, 60])
            .Sample(
                static body =>
                {
                    Try(() => AuthPolicyJson.ReadAttempt(body));
                    Try(() => AuthPolicyJson.ReadReport(body));
                    Try(() => AuthPolicyJson.ReadSubject(body));
                    Try(() => AuthPolicyJson.ReadEntry(body, DateTimeOffset.UnixEpoch));
                },
                iter: FuzzEffort.Inputs
            );
    }

    private static void Try(Func<object> read)
    {
        try
        {
            read();
        }
        catch (AuthPolicyRequestException refused)
        {
            Assert.NotEmpty(refused.Message);
        }
    }
}
