using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Guard.Actors.Tests.History.Checking;
using Xunit;

namespace Guard.EndToEnd.Tests.History;

/// <summary>
/// The built program under faults drawn from a seed: killed, stopped for a while, ended and started again, while mail servers ask. What they saw must have an
/// order in which a quota gives those answers. ACCOUNTGUARD_HISTORY_PROCESS_SCHEDULES sets how many (a night's worth is 200), ACCOUNTGUARD_HISTORY_SEED where
/// to begin.
/// </summary>
public sealed class ProcessHistoryTests(ITestOutputHelper output)
{
    private const int Limit = 120;
    private const int ClientsPerAccount = 4;

    private static readonly string[] Accounts = ["info@example.com", "anna@example.com", "bob@example.org"];

    private static int Setting(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : otherwise;

    [Fact]
    public async Task Counts_of_the_real_program_are_linearizable_whatever_fails()
    {
        var (first, count) = (Setting("ACCOUNTGUARD_HISTORY_SEED", 1), Setting("ACCOUNTGUARD_HISTORY_PROCESS_SCHEDULES", 2));
        for (var seed = first; seed < first + count; seed++)
        {
            var (calls, unknown, faults, wrong) = await RunAsync(seed);
            output.WriteLine($"seed {seed}: {calls} calls, {unknown} of them without an answer; {string.Join(", ", faults)}");
            Assert.True(wrong.Count == 0, $"seed {seed}: {string.Join("\n", wrong)}");
            Assert.True(calls > 50, $"seed {seed}: only {calls} calls");
        }
    }

    private static async Task<(int Calls, int Unknown, IReadOnlyList<string> Faults, IReadOnlyList<string> Wrong)> RunAsync(int seed)
    {
        using var guard = new GuardProgram();
        var (policy, cluster) = (FreePort.Next(), FreePort.Next());
        await File.WriteAllTextAsync(
            guard["guard.conf"],
            $$"""
            accountguard {
              mode = enforce, data-directory = "data", log-level = warning, geo.fetch-default = off, console.listen = off
              cluster.listen = "127.0.0.1:{{cluster}}"
              intake { deadline = 30s, unanswered = defer, postfix-policy.listen = "127.0.0.1:{{policy}}", auth-policy.listen = off, milter.listen = off }
              policy.default {
                quotas = [ { per = 1d, recipients = {{Limit}} } ]
                reactions { on-quota = reported, on-anomaly { reported = off, restricted = off, suspended = off, blocked = off } }
              }
            }
            """,
            TestContext.Current.CancellationToken
        );
        var random = new Random(seed);
        var process = guard.Start();
        await GuardProgram.UntilAsync(() => Reachable(policy), () => guard.Heard);
        using var stop = new CancellationTokenSource();
        var clients = Accounts
            .SelectMany(account => Enumerable.Range(0, ClientsPerAccount).Select(number => new PolicyClient(policy, account, $"{account[..2]}{number}")))
            .ToArray();
        var talking = clients.Select((client, number) => Task.Run(() => client.TalkAsync(seed * 1000 + number, stop.Token))).ToArray();
        var faults = new List<string>();
        for (var fault = random.Next(2, 5); fault > 0; fault--)
        {
            await Task.Delay(random.Next(200, 1500), TestContext.Current.CancellationToken);
            switch (random.Next(4))
            {
                case 0:
                    faults.Add("stopped for a while");
                    Signal("STOP", process);
                    await Task.Delay(random.Next(300, 2500), TestContext.Current.CancellationToken);
                    Signal("CONT", process);
                    break;
                case 1:
                    faults.Add("ended and started again");
                    Signal("TERM", process);
                    await process.WaitForExitAsync(TestContext.Current.CancellationToken);
                    process = guard.Start();
                    break;
                default:
                    faults.Add("killed");
                    process.Kill();
                    await process.WaitForExitAsync(TestContext.Current.CancellationToken);
                    process = guard.Start();
                    break;
            }
            await GuardProgram.UntilAsync(() => Reachable(policy), () => guard.Heard);
        }
        await Task.Delay(500, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await Task.WhenAll(talking);
        var wrong = new List<string>();
        foreach (var account in Accounts)
        {
            var used = guard.Explain(account)!.Value.GetProperty("quotas")[0].GetProperty("used").GetInt32();
            var end = new Operation<QuotaInput, QuotaOutput>(
                new QuotaInput(QuotaCall.Read, 0),
                new QuotaOutput(QuotaVerdict.Done, used),
                long.MaxValue - 2,
                long.MaxValue - 1
            );
            if (
                Linearizability.Fault(
                    new QuotaModel(Limit, locks: false),
                    [.. clients.Where(client => client.Account == account).SelectMany(client => client.History), end]
                ) is
                { } fault
            )
                wrong.Add($"{account}, quota {Limit}: {fault}");
        }
        return (clients.Sum(client => client.History.Count), clients.Sum(client => client.History.Count(call => call.IsUnknown)), faults, wrong);
    }

    private static bool Reachable(int port)
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static void Signal(string name, Process process)
    {
        using var kill = Process.Start("kill", [$"-{name}", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }
}
