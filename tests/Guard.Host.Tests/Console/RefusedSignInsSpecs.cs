using System.Net;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Web.People;
using Guard.Host.Web.Security;
using Serilog.Core;
using Xunit;

namespace Guard.Host.Tests.Console;

/// <summary>Strangers knock: what that costs before they are known is bounded.</summary>
public sealed class RefusedSignInsSpecs
{
    private readonly SteppedClock _clock = new();
    private readonly KeptAudit _audit = new();

    [Fact]
    public async Task Throttled_tries_are_written_once_and_then_with_their_number()
    {
        using var refused = new RefusedSignIns(_audit, _clock, Logger.None);
        for (var attempt = 0; attempt < 5_000; attempt++)
            await Slowed(refused, $"name{attempt}", "203.0.113.9");
        Assert.Single(_audit.Rows);
        await refused.TellAsync();
        Assert.Equal(2, _audit.Rows.Count);
        Assert.StartsWith("4999 more since ", _audit.Rows[1].Detail, StringComparison.Ordinal);
        Assert.Contains("name0, name1, name2, name3, name4 and others", _audit.Rows[1].Detail, StringComparison.Ordinal);
        // Nothing new, nothing told.
        await refused.TellAsync();
        Assert.Equal(2, _audit.Rows.Count);
    }

    [Fact]
    public async Task A_flood_from_everywhere_is_bounded_too()
    {
        using var refused = new RefusedSignIns(_audit, _clock, Logger.None);
        for (var attempt = 0; attempt < 20_000; attempt++)
            await refused.WriteAsync(
                "anna",
                new IPAddress([10, 0, (byte)(attempt >> 8), (byte)attempt]),
                "sign-in.failed",
                "",
                true,
                TestContext.Current.CancellationToken
            );
        await refused.TellAsync();
        Assert.InRange(_audit.Rows.Count, 65, 400);
        Assert.Contains(_audit.Rows, row => row.From == "many networks");
    }

    [Fact]
    public async Task What_somebody_mistypes_stands_there_one_by_one()
    {
        using var refused = new RefusedSignIns(_audit, _clock, Logger.None);
        for (var attempt = 0; attempt < 3; attempt++)
            await refused.WriteAsync("anna", IPAddress.Loopback, "sign-in.failed", "wrong name or password", true, TestContext.Current.CancellationToken);
        Assert.Equal(3, _audit.Rows.Count(row => row is { Who: "anna", Act: "sign-in.failed", From: "127.0.0.1" }));
    }

    [Fact]
    public void Tries_under_way_count_as_failures_until_they_are_known_not_to_be()
    {
        var throttle = new SignInThrottle(_clock);
        var address = IPAddress.Parse("203.0.113.9");
        var begun = Enumerable.Range(0, 400).Select(_ => throttle.Begin("ANNA", address, null)).ToArray();
        Assert.Equal(5, begun.Count(attempt => attempt.MayGoOn));
        foreach (var attempt in begun)
            attempt.Dispose();
        Assert.True(throttle.Begin("ANNA", address, null).MayGoOn);
        var names = Enumerable.Range(0, 400).Select(i => throttle.Begin($"NAME{i}", IPAddress.Parse("198.51.100.1"), null)).ToArray();
        Assert.Equal(40, names.Count(attempt => attempt.MayGoOn));
    }

    [Fact]
    public void Wrong_codes_count_for_the_account_from_wherever_they_come_and_a_known_browser_is_not_delayed()
    {
        var throttle = new SignInThrottle(_clock);
        var let = 0;
        for (var network = 0; network < 200; network++)
        {
            using var attempt = throttle.Begin("ANNA", new IPAddress([10, 1, (byte)network, 1]), null, SignInStep.Code);
            if (!attempt.MayGoOn)
                continue;
            attempt.Failed();
            let++;
        }
        Assert.Equal(10, let);
        Assert.True(throttle.Wait("ANNA", IPAddress.Loopback, null, SignInStep.Code) > TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, throttle.Wait("ANNA", IPAddress.Loopback, "known", SignInStep.Code));
        // Passwords of the same account, and codes of others, go on.
        Assert.Equal(TimeSpan.Zero, throttle.Wait("ANNA", IPAddress.Loopback, null));
        Assert.Equal(TimeSpan.Zero, throttle.Wait("BOB", IPAddress.Loopback, null, SignInStep.Code));
    }

    [Fact]
    public void Wrong_codes_of_all_accounts_together_slow_each_a_little()
    {
        var throttle = new SignInThrottle(_clock);
        for (var account = 0; account < 150; account++)
            throttle.Failed($"NAME{account}", new IPAddress([10, 2, (byte)account, 1]), null, SignInStep.Code);
        Assert.InRange(throttle.Wait("BOB", IPAddress.Loopback, null, SignInStep.Code), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Passwords_wait_in_a_bounded_queue_and_people_who_are_known_have_their_own()
    {
        using var passwords = new PasswordWork();
        var waiting = new List<Task>();
        var refusals = 0;
        for (var attempt = 0; attempt < 400; attempt++)
        {
            try
            {
                waiting.Add(passwords.IsRightAsync(null, "wrong but long enough", false, TestContext.Current.CancellationToken));
            }
            catch (UnavailableException)
            {
                refusals++;
            }
        }
        Assert.True(refusals > 300, $"{refusals} of 400 were refused");
        var person = new Person
        {
            PasswordHash = await passwords.HashAsync(new Person(), "a horse on a staple battery", TestContext.Current.CancellationToken),
        };
        Assert.True(await passwords.IsRightAsync(person, "a horse on a staple battery", true, TestContext.Current.CancellationToken));
        Assert.False(await passwords.IsRightAsync(person, "a horse on a staple batterY", true, TestContext.Current.CancellationToken));
        await Task.WhenAll(waiting);
    }

    private static Task Slowed(RefusedSignIns refused, string name, string from) =>
        refused.WriteAsync(name, IPAddress.Parse(from), "sign-in.slowed", "wait 2 s", false, TestContext.Current.CancellationToken);

    private sealed class KeptAudit : IAuditLog
    {
        public List<AuditDraft> Rows { get; } = [];

        public Task<AuditEntry> WriteAsync(AuditDraft draft, CancellationToken cancel)
        {
            Rows.Add(draft);
            return Task.FromResult(
                new AuditEntry("n", Rows.Count, default, draft.Who, draft.From, draft.Act, draft.Site, draft.Subject, draft.Detail, draft.Outcome, "")
            );
        }

        public Task<Page<AuditEntry>> QueryAsync(AccessScope scope, AuditQuery query, CancellationToken cancel) => throw new NotSupportedException();

        public IAsyncEnumerable<AuditEntry> AllAsync(AccessScope scope, AuditQuery query, CancellationToken cancel) => throw new NotSupportedException();

        public Task<AuditVerification> VerifyAsync(AccessScope scope, CancellationToken cancel) => throw new NotSupportedException();
    }
}
