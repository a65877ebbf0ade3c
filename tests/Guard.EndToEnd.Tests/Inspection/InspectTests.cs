using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace Guard.EndToEnd.Tests.Inspection;

/// <summary><c>accountguard inspect</c>, the built program, against the built daemon.</summary>
public sealed class InspectTests : IAsyncLifetime
{
    private readonly GuardProgram _guard = new();

    public async ValueTask InitializeAsync()
    {
        _guard.Configure(
            "data",
            FreePort.Next(),
            """
            accountguard.intake { postfix-policy.listen = "127.0.0.1:0", auth-policy.listen = off, milter.listen = off }
            accountguard.enforcement.firewall { backend = command, block-command = ["/bin/true", "{network}"], unblock-command = ["/bin/true", "{network}"] }
            """
        );
        await File.WriteAllBytesAsync(_guard["mail.log"], _guard.DemoLog(), TestContext.Current.CancellationToken);
        _guard.Start();
        await GuardProgram.UntilAsync(
            () =>
                Inspect("intake") is { Code: 0 } answer
                && Rows(answer.Out).Any(row => Text(row, "kind") == "log" && Text(row, "journaled-to") == "2026-04-14T14:37:04Z"),
            () => _guard.Heard
        );
    }

    private (string Out, string Error, int Code) Inspect(params string[] words) =>
        _guard.Guard(["inspect", "--json", "--config", _guard["guard.conf"], .. words]);

    private static JsonElement[] Rows(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    private static string? Text(JsonElement row, string column) =>
        row.GetProperty(column).ValueKind == JsonValueKind.String ? row.GetProperty(column).GetString() : null;

    private JsonElement[] Ask(params string[] words)
    {
        var (text, error, code) = Inspect(words);
        Assert.True(code == 0, $"{string.Join(' ', words)}: {error}");
        return Rows(text);
    }

    private string? Fact(string command, string name, string topic, string item) =>
        Text(Ask([.. command.Split(' '), name]).Single(row => Text(row, "topic") == topic && Text(row, "item") == item), "value");

    [Fact]
    public async Task Each_command_answers_against_the_running_guard()
    {
        Assert.Equal("blocked", Fact("user show", "info@example.com", "reaction", "account"));
        Assert.Equal("blocked", Fact("site show", "example.com", "user", "info@example.com"));
        Assert.Equal("default", Text(Ask("policy", "show").Single(row => Text(row, "key") == "of"), "value"));
        Assert.Equal("info@example.com", Text(Ask("top", "score")[0], "user"));
        Assert.Equal("up", Text(Ask("cluster").Single(), "status"));
        Assert.Equal(["site", "user"], Ask("shards").Select(row => Text(row, "region")));
        Assert.Contains(Ask("outbox"), row => Text(row, "name") == "firewall command");
        Assert.Equal("yes", Text(Ask("blocks", "add", "203.0.113.9", "1h").Single(), "done"));
        Assert.Equal("203.0.113.9/32", Text(Ask("blocks", "list").Single(), "network"));
        Assert.Equal("yes", Text(Ask("blocks", "remove", "203.0.113.9").Single(), "done"));

        Assert.Equal("noted; nothing is locked: mode = observe", Text(Ask("user", "lock", "anna@example.com", "2h").Single(), "result"));
        Assert.Equal("suspended", Fact("user show", "anna@example.com", "reaction", "account"));
        Assert.Equal("released", Text(Ask("user", "release", "anna@example.com")[0], "result"));
        Assert.StartsWith("confirmed as an attack", Text(Ask("user", "confirm", "anna@example.com").Single(), "result"), StringComparison.Ordinal);
        Assert.StartsWith("absolved", Text(Ask("user", "absolve", "anna@example.com")[0], "result"), StringComparison.Ordinal);
        Assert.Equal("normal", Fact("user show", "anna@example.com", "reaction", "account"));

        var (_, error, code) = Inspect("user", "lock");
        Assert.Equal((2, "USER is missing: user lock USER [FOR] [GRADE] [REASON]"), (code, error.Trim()));
        await TailsUntilItIsStopped();
        await AnswersAConsole();
    }

    private async Task TailsUntilItIsStopped()
    {
        using var tail = Start("inspect", "--json", "--config", _guard["guard.conf"], "tail", "example.com");
        var line = tail.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask();
        while (!line.IsCompleted)
        {
            Ask("user", "lock", "bob@example.com");
            Ask("user", "release", "bob@example.com");
        }
        Assert.Equal("bob@example.com", Text(Rows((await line)!)[0], "user"));
        tail.Kill();
        await tail.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Through the socket of a running guard, by both commands that ask for it, and in its health.</summary>
    [Fact]
    public async Task What_is_not_understood_is_counted_and_its_shapes_are_shown()
    {
        // More than a twentieth of what is counted of a daemon at a time.
        const int Unknown = 1000;
        await File.AppendAllLinesAsync(
            _guard["mail.log"],
            Enumerable.Range(0, Unknown).Select(n => $"Apr 14 14:40:00 mail postfix/smtpd[{n}]: sentence of {n}, which no Postfix says"),
            TestContext.Current.CancellationToken
        );
        await GuardProgram.UntilAsync(() => Log().GetProperty("unparsed").GetInt64() == Unknown, () => _guard.Heard);
        // Nobody logs in during the demo's attack, but people did after it: that notice is over.
        var notice = Text(Log(), "notice")!;
        Assert.EndsWith("% of postfix's lines have a shape that is not known: accountguard intake unknown shows them", notice, StringComparison.Ordinal);
        var shape = Ask("intake", "unknown").Single();
        Assert.Equal((Unknown, "postfix", "postfix/smtpd"), (shape.GetProperty("count").GetInt64(), Text(shape, "daemon"), Text(shape, "program")));
        Assert.Equal("sentence of *, which no Postfix says", Text(shape, "shape"));
        var (text, error, code) = _guard.Guard("intake", "unknown", "--config", "guard.conf");
        Assert.True(code == 0, error);
        Assert.Contains("sentence of *, which no Postfix says", text, StringComparison.Ordinal);
        Assert.Contains(Ask("health"), row => Text(row, "text")?.Contains(notice, StringComparison.Ordinal) == true);

        JsonElement Log() => Ask("intake").Single(row => Text(row, "kind") == "log");
    }

    private async Task AnswersAConsole()
    {
        using var console = Start("inspect", "--config", _guard["guard.conf"]);
        await console.StandardInput.WriteAsync("help\ncluster\nnonsense\nuser show info@example.com\nexit\n");
        var said = await console.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Contains("user lock USER [FOR] [GRADE] [REASON]", said, StringComparison.Ordinal);
        Assert.Contains("locked, and its strange addresses", said, StringComparison.Ordinal);
        Assert.Contains(
            "unknown command 'nonsense'",
            await console.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
    }

    private Process Start(params string[] words) =>
        Process.Start(
            new ProcessStartInfo(GuardProgram.Program, words)
            {
                WorkingDirectory = _guard.Directory,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;

    public ValueTask DisposeAsync()
    {
        _guard.Dispose();
        return ValueTask.CompletedTask;
    }
}
