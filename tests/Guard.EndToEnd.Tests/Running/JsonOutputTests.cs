using System.CommandLine;
using System.Text.Json;
using Guard.Host.Commands;
using Xunit;

namespace Guard.EndToEnd.Tests.Running;

/// <summary>
/// <c>--format json</c> of every command that has it, of the built program: one JSON value on standard output, also where there is nothing to show; where
/// there is no answer, nothing there and a line on standard error.
/// </summary>
public sealed class JsonOutputTests : IDisposable
{
    private const string Info = "info@example.com";
    private const string Nobody = "nobody@example.org";

    private readonly GuardProgram _guard = new();
    private readonly HashSet<string> _tried = [];

    private static Command[] Formatted =>
        [.. Below(CommandTree.Create()).Where(command => command.Subcommands.Count == 0 && command.Options.Any(option => option.Name == "--format"))];

    [Fact]
    public async Task Every_command_prints_one_JSON_value_and_nothing_else()
    {
        _guard.Configure(
            "data",
            FreePort.Next(),
            $$"""
            accountguard.intake { postfix-policy.listen = "127.0.0.1:0", auth-policy.listen = off, milter.listen = off }
            accountguard.console.listen = "127.0.0.1:{{FreePort.Next()}}"
            accountguard.enforcement.firewall { backend = command, block-command = ["/bin/true", "{network}"], unblock-command = ["/bin/true", "{network}"] }
            """
        );
        await File.WriteAllTextAsync(_guard["mail.log"], "", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_guard["empty.log"], "", TestContext.Current.CancellationToken);
        var running = _guard.Start();
        await GuardProgram.UntilAsync(() => _guard.Answers, () => _guard.Heard);

        NothingToShow();
        await File.AppendAllTextAsync(
            _guard["mail.log"],
            System.Text.Encoding.UTF8.GetString(_guard.DemoLog()) + "Apr 14 14:40:00 mail postfix/smtpd[7]: a sentence that no Postfix says\n",
            TestContext.Current.CancellationToken
        );
        await GuardProgram.UntilAsync(
            () => Value(0, "intake", "unknown") is { ValueKind: JsonValueKind.Array } shapes && shapes.GetArrayLength() > 0,
            () => _guard.Heard
        );
        SomethingToShow();
        Refused(1, "learn", "empty.log");

        running.Kill();
        await running.WaitForExitAsync(TestContext.Current.CancellationToken);
        WithoutAGuard();
    }

    private void NothingToShow()
    {
        foreach (
            var words in (string[][])
                [
                    ["intake", "unknown"],
                    ["exception", "list", Nobody],
                    ["blocks", "list"],
                    ["exempt", "list"],
                    ["locks", "list"],
                    ["inspect", "top", "score"],
                    ["parse", "empty.log"],
                    ["replay", "--suggest", "empty.log"],
                    ["replay", "--compare", "guard.conf", "guard.conf", "--", "empty.log"],
                ]
        )
            Assert.Equal((words[0], JsonValueKind.Array, 0), (words[0], Value(0, words).ValueKind, Value(0, words).GetArrayLength()));
        // Without a queue to hold mail in there is nothing to list.
        Refused(1, "queue", "list");
        Refused(1, "explain", Nobody);
        Assert.Equal("summary", Value(0, "replay", "empty.log").EnumerateArray().Last().GetProperty("type").GetString());
    }

    private void SomethingToShow()
    {
        foreach (
            var words in (string[][])
                [
                    ["explain", Info],
                    ["site", "example.com"],
                    ["user", "release", Info, "--dry-run"],
                    ["user", "lock", Info, "--for", "2h"],
                    ["user", "release", Info],
                    ["user", "confirm", Info],
                    ["user", "absolve", Info],
                    ["user", "forget", "karl@example.org"],
                    ["check-config", "guard.conf", "--show", Info],
                    ["status"],
                    ["backup", "copy"],
                    ["token", "new", "--scope", "observe"],
                    ["cluster-certificates", "certificates", "mail1.example.com"],
                    ["console", "setup-link"],
                    ["console", "add-user", "anna@example.com"],
                    ["console", "reset-password", "anna@example.com"],
                ]
        )
            Assert.Equal((words[0], JsonValueKind.Object), (words[0], Value(0, words).ValueKind));
        foreach (
            var words in (string[][])
                [
                    ["parse", "mail.log"],
                    ["replay", "mail.log"],
                    ["replay", "--measure-lists", "mail.log"],
                    ["replay", "--suggest", "mail.log"],
                    ["intake"],
                    ["inspect", "user", "show", Info],
                    ["inspect", "help"],
                    ["exception", "add", Info, "--country", "ES", "--until", "2027-08-31"],
                    ["exception", "list", Info],
                    ["exception", "remove", Info, "1"],
                    ["blocks", "add", "203.0.113.9", "--for", "1h"],
                    ["blocks", "list"],
                    ["exempt", "add", "198.51.100.0/24"],
                    ["fetch-geo-data"],
                ]
        )
            Assert.True(Value(0, words).GetArrayLength() > 0, string.Join(' ', words));
        // A machine whose servers do not ask this guard is at fault, and that is the answer.
        Assert.Equal(JsonValueKind.Object, Value(null, "doctor").ValueKind);
        Assert.Equal(JsonValueKind.Array, Value(0, "off").ValueKind);
        Refused(2, "inspect", "tail");
        Refused(1, "queue", "release", Info);
    }

    private void WithoutAGuard()
    {
        Assert.Equal(0, Value(0, "learn", "empty.log").GetProperty("observations").GetInt64());
        Assert.Equal(
            JsonValueKind.Object,
            Value(0, "migrate", "--from", $"sqlite:{_guard["data/accountguard.db"]}", "--to", $"sqlite:{_guard["copy.db"]}").ValueKind
        );
        Assert.Equal(JsonValueKind.Array, Value(0, "off").ValueKind);
        foreach (
            var words in (string[][])
                [
                    ["explain", Info],
                    ["site", "example.com"],
                    ["user", "lock", Info],
                    ["user", "release", Info],
                    ["status"],
                    ["intake"],
                    ["inspect", "cluster"],
                    ["blocks", "list"],
                    ["exception", "list", Info],
                ]
        )
            Refused(1, words);
        Refused(2, "parse", "missing.log");
        Refused(2, "replay", "missing.log");
        Refused(1, "migrate", "--from", $"sqlite:{_guard["data/accountguard.db"]}", "--to", $"sqlite:{_guard["empty.log"]}/no");
        Refused(2, "backup", "copy");
        Refused(2, "cluster-certificates", "certificates", "mail1.example.com", "--days", "0");
        Assert.Equal([], Formatted.Select(HelpWithExample.PathOf).Except(_tried).Order());
        foreach (var command in Formatted)
            Refused(2, [.. HelpWithExample.PathOf(command).Split(' '), "--no-such-option"]);
    }

    /// <summary>What a command prints, taken by a parser as one value.</summary>
    /// <param name="code">How it has to end; null: as it likes.</param>
    private JsonElement Value(int? code, params string[] words)
    {
        var (text, error, ended) = Run(words);
        Assert.True(code is null || ended == code, $"{string.Join(' ', words)} ended with {ended}: {error}{text}");
        try
        {
            using var parsed = JsonDocument.Parse(text);
            return parsed.RootElement.Clone();
        }
        catch (JsonException failure)
        {
            throw new Xunit.Sdk.XunitException($"{string.Join(' ', words)}: {failure.Message}: {text}{error}");
        }
    }

    private void Refused(int code, params string[] words)
    {
        var (text, error, ended) = Run(words);
        Assert.Equal((string.Join(' ', words), code, ""), (string.Join(' ', words), ended, text));
        Assert.NotEqual("", error);
    }

    private (string Out, string Error, int Code) Run(string[] words)
    {
        var command = Formatted.First(one => string.Join(' ', words).StartsWith(HelpWithExample.PathOf(one), StringComparison.Ordinal));
        _tried.Add(HelpWithExample.PathOf(command));
        string[] more = command.Options.Any(option => option.Name == "--config") && !words.Contains("--compare") ? ["--config", "guard.conf"] : [];
        var path = HelpWithExample.PathOf(command).Split(' ').Length;
        return _guard.Guard([.. words[..path], "--format", "json", .. more, .. words[path..]]);
    }

    private static IEnumerable<Command> Below(Command command) => command.Subcommands.SelectMany(Below).Prepend(command);

    public void Dispose() => _guard.Dispose();
}
