using Guard.EndToEnd.Tests.Databases;
using Xunit;

namespace Guard.EndToEnd.Tests.Inspection;

/// <summary>What is said where a guard does not answer: which of the reasons it is, and what to do, in words of this program and not of the system.</summary>
public sealed class NoAnswerTests : IDisposable
{
    private const string Info = "info@example.com";

    private readonly GuardProgram _guard = new();

    [Fact]
    public async Task A_guard_that_is_not_started_or_was_killed_is_told_from_one_that_may_not_be_asked()
    {
        _guard.Configure("data", FreePort.Next(), "accountguard.console.listen = off");
        Assert.Contains("is not running: its socket", Said("explain", Info), StringComparison.Ordinal);
        Assert.Contains("is not running: its socket", Said("blocks", "list"), StringComparison.Ordinal);
        Assert.Contains("is not running: its socket", Said("status"), StringComparison.Ordinal);

        var running = _guard.Start();
        await GuardProgram.UntilAsync(() => _guard.Answers, () => _guard.Heard);
        running.Kill();
        await running.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Contains("nobody listens at its socket", Said("explain", Info), StringComparison.Ordinal);
        Assert.Contains("nobody listens at its socket", Said("inspect", "cluster"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_that_the_database_does_not_give_is_no_guard_that_is_away()
    {
        PostgresServer.Require();
        using var server = PostgresServer.Own();
        _guard.Configure(
            "data",
            FreePort.Next(),
            $$"""
            accountguard.console.listen = off
            accountguard.persistence { engine = postgres, postgres-connection = "{{server.Connection("postgres")}}" }
            """
        );
        _guard.Start();
        await GuardProgram.UntilAsync(() => Answer().Contains("never seen", StringComparison.Ordinal), () => $"{Answer()}\n{_guard.Heard}");

        server.Stop();
        foreach (
            var words in (string[][])
                [
                    ["explain", "anna@example.com"],
                    ["explain", "bob@example.com", "--format", "json"],
                    ["site", "example.org"],
                ]
        )
            Assert.Contains("the guard runs, but", Said(words), StringComparison.Ordinal);
        // Acts are written into the audit first, which lies in the same database.
        Assert.Contains("not done: the audit cannot be written", Said("user", "release", "karl@example.org"), StringComparison.Ordinal);
    }

    private string Answer()
    {
        var (text, error, _) = _guard.Guard("explain", Info, "--config", "guard.conf");
        return text + error;
    }

    private string Said(params string[] words)
    {
        var (text, error, code) = _guard.Guard([.. words, "--config", "guard.conf"]);
        Assert.Equal((string.Join(' ', words), 1, ""), (string.Join(' ', words), code, text));
        Assert.DoesNotContain("Cannot assign", error, StringComparison.Ordinal);
        Assert.DoesNotContain("refused", error, StringComparison.Ordinal);
        return error;
    }

    public void Dispose() => _guard.Dispose();
}
