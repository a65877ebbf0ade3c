using System.Net;
using Xunit;

namespace Guard.EndToEnd.Tests.Security;

/// <summary>An owner of a site, signed in at the built program, tries to get beyond it.</summary>
public sealed class OwnerBoundTests
{
    private const string Admin = "root@example.com";
    private const string Owner = "owner@example.net";
    private const string Policy = "/api/v1/policies/sites/example.net";

    [Fact(
        DisplayName = "An owner takes no domains and switches nothing off; what is stricter is saved; what the administrator leaves to owners counts after a reload"
    )]
    public async Task Beyond()
    {
        using var console = new GuardedConsole();
        await console.AddAsync(Admin);
        await console.AddAsync(Owner, "--role", "site-owner", "--site", "example.net");
        using var owner = console.Visit("203.0.113.9");
        Assert.Equal("/", await owner.SignInAsync(Owner, GuardedConsole.Password));
        foreach (
            var own in new[]
            {
                """{"domains":["example.net","example.com"]}""",
                """{"mode":"observe"}""",
                """{"quotas":[]}""",
                """{"reactions":{"highest":"normal"}}""",
                """{"users":{"marie":{"mode":"observe","quotas":[]}}}""",
                """{"owners":{"may":{"mode":"free"}}}""",
                """{"brute-force":{"failures":1}}""",
                """{"reports":{"admin":"off"}}""",
            }
        )
        {
            var (status, body) = await owner.ApiAsync(HttpMethod.Put, Policy, $$"""{"own":{{own}}}""", "\"0\"");
            Assert.True(status == HttpStatusCode.UnprocessableEntity, $"{own}: {status} {body}");
        }
        Assert.Equal(HttpStatusCode.NotFound, (await owner.GetAsync("/api/v1/policies/sites/example.com")).StatusCode);
        const string wide =
            """{"own":{"quotas":[{"per":"1d","recipients":2000},{"per":"1d","recipients":50,"when":"suspicious","alarm":"on"},{"per":"1h","logins":120}]}}""";
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await owner.ApiAsync(HttpMethod.Put, Policy, wide, "\"0\"")).Status);
        var (saved, told) = await owner.ApiAsync(HttpMethod.Put, Policy, """{"own":{"reactions":{"suspend-for":"3h"}}}""", "\"0\"");
        Assert.True(saved == HttpStatusCode.OK, told);
        // The administrator raises the ceiling of this site in the file.
        await File.AppendAllTextAsync(
            console.Program["guard.conf"],
            "\naccountguard.policy.sites.\"example.net\".owners.ceiling.quotas = [ { per = 1d, recipients = 2000 }, { per = 1d, recipients = 50, when = suspicious, alarm = on }, { per = 1h, logins = 120 } ]\n",
            TestContext.Current.CancellationToken
        );
        console.Guard.Reload();
        await Eventually.Is(async () => (await owner.ApiAsync(HttpMethod.Put, Policy, wide, "\"1\"")).Status == HttpStatusCode.OK, () => console.Program.Heard);
    }
}
