using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Guard.EndToEnd.Tests.Security;

/// <summary>Somebody writes lines of the log, of the audit, of a spreadsheet, of a terminal in names and reasons.</summary>
public sealed partial class ForgedLineTests
{
    private const string Admin = "root@example.com";
    private const string Wrong = "wrong but long enough";

    private static readonly string[] Names =
    [
        "x\n[21:37:45 INF] Audit 99: person.add evil by root@example.com from 127.0.0.1: done (95faec9754a653fc)",
        "x\r\n[21:37:45 INF] Audit 99: forged",
        "x\u2028[21:37:45 INF] Audit 99: forged",
        "x\u0085[21:37:45 INF] Audit 99: forged",
        "anna by root@example.com from 127.0.0.1: done (00",
        "=HYPERLINK(\"http://evil.example\";\"click\")",
        "x;=cmd|' /C calc'!A0",
        "@SUM(1+1)*cmd|' /C calc'!A0",
        "\e[2J\e]0;owned\a",
        "anna\u202Egpj.exe",
        "\u2066anna\u200b",
        "x\",\"n\",1,forged",
    ];

    [Fact(DisplayName = "Names at the sign-in forge no line of the log, no row of the audit and of its CSV, and steer no terminal")]
    public async Task At_the_sign_in()
    {
        using var console = new GuardedConsole();
        await console.AddAsync(Admin);
        foreach (var (name, i) in Names.Select((name, i) => (name, i)))
        {
            using var stranger = console.Visit($"198.51.100.{i + 1}");
            Assert.Equal("/sign-in?problem=wrong&return=%2F", await stranger.SignInAsync(name, Wrong));
        }
        using var admin = console.Visit("192.0.2.7");
        Assert.Equal("/", await admin.SignInAsync(Admin, GuardedConsole.Password));
        // One row a try, with what was typed and what does something else than show taken out.
        var rows = await GuardedConsole.AuditAsync(admin, "act=sign-in.failed");
        Assert.Equal(Names.Length, rows.Length);
        Assert.All(rows, row => Assert.DoesNotMatch(Unsafe(), row.GetProperty("who").GetString()! + row.GetProperty("subject").GetString()!));
        Assert.Empty(await GuardedConsole.AuditAsync(admin, "act=person.add&search=evil"));
        using (var whole = JsonDocument.Parse(await admin.TextAsync("/api/v1/audit/verify")))
            Assert.True(whole.RootElement.GetProperty("whole").GetBoolean());
        var csv = await admin.TextAsync("/api/v1/audit?export=csv");
        Assert.DoesNotMatch(Unsafe(), csv.ReplaceLineEndings(""));
        var lines = csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((await GuardedConsole.AuditAsync(admin, "")).Length + 1, lines.Length);
        // No cell begins with a formula, whichever sign divides the columns.
        Assert.All(lines, line => Assert.DoesNotMatch(Formula(), line));
        var log = console.Program.Heard.Split('\n');
        Assert.Equal(Names.Length, log.Count(line => line.Contains("sign-in.failed", StringComparison.Ordinal)));
        Assert.DoesNotContain(log, line => line.StartsWith("[21:37:45 INF] Audit 99", StringComparison.Ordinal));
        Assert.All(log, line => Assert.DoesNotMatch(Unsafe(), line));
        Assert.Contains(log, line => line.Contains("\"anna by root@example.com from 127.0.0.1: done (00\"", StringComparison.Ordinal));
    }

    [Fact(
        DisplayName = "A reason that an administrator's script took from a stranger is one line in the log, in what inspect and explain print, and in the history"
    )]
    public async Task As_a_reason()
    {
        using var console = new GuardedConsole();
        await console.AddAsync(Admin);
        const string Reason = "ticket\n[21:37:45 INF] forged \e[2J\u202E<img src=x onerror=alert(1)>";
        await console.Guard.AskPolicyAsync("anna@example.com", "home", "friend@example.org", "90.81.6.153");
        console.Tell("user", "confirm", "anna@example.com", "--reason", Reason);
        var told = console.Tell("explain", "anna@example.com") + console.Tell("inspect", "user", "show", "anna@example.com") + console.Program.Heard;
        Assert.DoesNotContain(told.Split('\n'), line => line.StartsWith("[21:37:45 INF]", StringComparison.Ordinal));
        Assert.DoesNotContain('\u202E', told);
        Assert.DoesNotContain("\e[2J", told, StringComparison.Ordinal);
        Assert.Contains("forged", told, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"[\p{Cc}\p{Cf}\u2028\u2029-[\t]]")]
    private static partial Regex Unsafe();

    [GeneratedRegex("(^|[,;\\t])\"?[=+@]")]
    private static partial Regex Formula();
}
