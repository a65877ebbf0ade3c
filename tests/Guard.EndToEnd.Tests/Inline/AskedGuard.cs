using System.Diagnostics;
using Guard.Host.Intake.Files;
using Xunit;

namespace Guard.EndToEnd.Tests.Inline;

/// <summary>A guard of the test's own that real mail servers ask.</summary>
internal sealed class AskedGuard : IDisposable
{
    /// <summary>The quotas of the issue.</summary>
    private const string FiveHundredAndFifty = "{ per = 1d, recipients = 500 }, { per = 1d, recipients = 50, when = suspicious, alarm = on }";

    private readonly GuardProgram _program = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public (int Policy, int AuthPolicy) Ports { get; } = (FreePort.Next(), FreePort.Next());

    public int Milter { get; } = FreePort.Next();

    public string Heard => _program.Heard;

    /// <summary>198.51.100.0/24 and 127.0.1.0/24 are in Britain, 203.0.113.0/24 and 127.0.2.0/24 in Romania.</summary>
    /// <param name="onQuota">The rung that a quota leads to; usually the quota alone is tried.</param>
    public async Task<Process> StartAsync(string[] logs, string quotas = FiveHundredAndFifty, string onQuota = "reported")
    {
        await File.WriteAllTextAsync(_program["places.txt"], "198.51.100.0/24 GB\n127.0.1.0/24 GB\n203.0.113.0/24 RO\n127.0.2.0/24 RO\n", Cancellation);
        await File.WriteAllTextAsync(
            _program["guard.conf"],
            $$"""
            accountguard {
              mode = enforce
              data-directory = "{{_program["data"]}}"
              cluster.listen = "127.0.0.1:{{FreePort.Next()}}"
              console.listen = "127.0.0.1:{{FreePort.Next()}}"
              geo { overrides = "places.txt", fetch-default = off }
              intake {
                logs { files = [{{string.Join(", ", logs.Select(log => $"\"{log}\""))}}], default-domain = "example.com" }
                postfix-policy.listen = "127.0.0.1:{{Ports.Policy}}"
                auth-policy.listen = "127.0.0.1:{{Ports.AuthPolicy}}"
                milter.listen = "127.0.0.1:{{Milter}}"
                {{SubmissionSession.Patient}}
                contact = "postmaster@example.com"
              }
              policy.default {
                places.suspicious-list = [RO]
                quotas = [ {{quotas}} ]
                reactions { on-quota = {{onQuota}}, on-anomaly { reported = off, restricted = off, suspended = off, blocked = off } }
              }
            }
            """,
            Cancellation
        );
        return await RestartAsync();
    }

    /// <summary>Starts it, or starts it again on what it journaled.</summary>
    public async Task<Process> RestartAsync()
    {
        var before = _program.Heard.Length;
        var process = _program.Start();
        await GuardProgram.UntilAsync(() => _program.Heard[before..].Contains("AccountGuard runs", StringComparison.Ordinal), () => _program.Heard);
        return process;
    }

    public static async Task KillAsync(Process guard)
    {
        guard.Kill();
        await guard.WaitForExitAsync(Cancellation);
    }

    public void Signal(Process guard, string signal) => _program.Must("kill", $"-{signal}", $"{guard.Id}");

    /// <summary>All that the log says by now has been read and journaled.</summary>
    public async Task HasReadAsync(string log)
    {
        var length = new FileInfo(log).Length;
        var store = new CheckpointStore(_program["data/intake"]);
        await GuardProgram.UntilAsync(() => store.Load(log, out _)?.Offset >= length, () => _program.Heard);
    }

    public string Rung(string user) => _program.Explain(user)?.GetProperty("rung").GetString() ?? "";

    public long Total(string name, string user) => _program.Explain(user)?.GetProperty("totals").GetProperty(name).GetInt64() ?? 0;

    /// <summary>Recipients that were let through and counted.</summary>
    public long Passed(string user)
    {
        var totals = _program.Explain(user)!.Value.GetProperty("totals");
        return totals.GetProperty("recipients").GetInt64() - totals.GetProperty("stopped").GetInt64();
    }

    public void Dispose() => _program.Dispose();
}
