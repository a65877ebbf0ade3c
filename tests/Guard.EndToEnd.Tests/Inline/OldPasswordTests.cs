using System.Text.Json;
using Guard.EndToEnd.Tests.Locks;
using Xunit;

namespace Guard.EndToEnd.Tests.Inline;

/// <summary>A mail program with a former password, at a real Dovecot that asks and reports.</summary>
public sealed class OldPasswordTests : IDisposable
{
    private readonly GuardProgram _guard = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_wrong_password_again_and_again_uses_a_quota_of_failures_once_and_other_passwords_each_time()
    {
        var (policy, auth) = (FreePort.Next(), FreePort.Next());
        await using var server = await MailServer.Start(Cancellation, (policy, auth));
        await File.WriteAllTextAsync(
            _guard["guard.conf"],
            $$"""
            accountguard {
              mode = observe
              data-directory = "{{_guard["data"]}}"
              cluster.listen = "127.0.0.1:{{FreePort.Next()}}"
              console.listen = off
              geo.fetch-default = off
              intake { {{SubmissionSession.Patient}}, postfix-policy.listen = "127.0.0.1:{{policy}}", auth-policy.listen = "127.0.0.1:{{auth}}", milter.listen = off }
              policy.default.quotas = [ { per = 1d, failures = 100 } ]
            }
            """,
            Cancellation
        );
        _guard.Start();
        await GuardProgram.UntilAsync(() => _guard.Heard.Contains("AccountGuard runs", StringComparison.Ordinal), () => _guard.Heard);
        // Wrong passwords alone found no account.
        Assert.StartsWith("a OK", await server.ImapLogin("anna@example.com", Cancellation), StringComparison.Ordinal);
        await GuardProgram.UntilAsync(
            () => _guard.Explain("anna@example.com")?.GetProperty("totals").GetProperty("logins").GetInt64() == 1,
            () => _guard.Heard
        );
        for (var i = 0; i < 4; i++)
            Assert.StartsWith("a NO", await server.ImapLogin("anna@example.com", Cancellation, "former"), StringComparison.Ordinal);
        await GuardProgram.UntilAsync(() => Failures() == 4, () => $"{Failures()}: {_guard.Heard}");
        Assert.Equal(1, Used());
        foreach (var guess in new[] { "guess1", "guess2" })
            Assert.StartsWith("a NO", await server.ImapLogin("anna@example.com", Cancellation, guess), StringComparison.Ordinal);
        await GuardProgram.UntilAsync(() => Failures() == 6, () => $"{Failures()}: {_guard.Heard}");
        Assert.Equal(3, Used());
    }

    private long Failures() => _guard.Explain("anna@example.com")?.GetProperty("totals").GetProperty("failures").GetInt64() ?? 0;

    private int Used() =>
        _guard
            .Explain("anna@example.com")!
            .Value.GetProperty("quotas")
            .EnumerateArray()
            .Single(quota => Text(quota).Contains("fail", StringComparison.OrdinalIgnoreCase))
            .GetProperty("used")
            .GetInt32();

    private static string Text(JsonElement quota) => quota.GetProperty("quota").GetString()!;

    public void Dispose() => _guard.Dispose();
}
