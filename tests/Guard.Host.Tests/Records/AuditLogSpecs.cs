using Guard.Host.Configuration;
using Guard.Host.ConsoleModel.Audit;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Messages.Identity;
using Microsoft.Data.Sqlite;
using Serilog;
using Xunit;

namespace Guard.Host.Tests.Records;

public sealed class AuditLogSpecs : IDisposable
{
    private static readonly AccessScope Admin = AccessScope.ServerAdmin("boss", "192.0.2.1");

    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-audit").FullName;

    [Fact]
    public async Task The_chain_goes_on_over_a_restart_and_is_whole()
    {
        await using (var audit = await OpenAsync())
            await WriteAsync(audit, 3);
        await using (var audit = await OpenAsync())
        {
            var entry = await audit.WriteAsync(
                new AuditDraft("anna\u001b[31m", "192.0.2.7", "sign-in", null, "anna", "fine"),
                TestContext.Current.CancellationToken
            );
            Assert.Equal((4, "anna?[31m"), (entry.Number, entry.Who));
            Assert.Equal(new AuditVerification(true, 4, ""), await audit.VerifyAsync(Admin, TestContext.Current.CancellationToken));
            var all = new List<AuditEntry>();
            await foreach (var one in audit.AllAsync(Admin, new AuditQuery(), TestContext.Current.CancellationToken))
                all.Add(one);
            Assert.Equal([1, 2, 3, 4], all.Select(one => one.Number));
        }
    }

    [Theory]
    [InlineData("UPDATE console_audit SET who = 'nobody' WHERE number = 2", "entry 2 was changed")]
    [InlineData("DELETE FROM console_audit WHERE number = 2", "entry 2 is missing")]
    public async Task The_database_refuses_to_change_an_entry_and_the_chain_shows_who_did_it_all_the_same(string sql, string found)
    {
        await using var audit = await OpenAsync();
        await WriteAsync(audit, 3);
        await using var connection = new SqliteConnection($"Data Source={_directory}/audit.db;Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        var refused = await Assert.ThrowsAsync<SqliteException>(() => command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
        Assert.Contains("append-only", refused.Message, StringComparison.Ordinal);
        command.CommandText = $"DROP TRIGGER console_audit_no_update; DROP TRIGGER console_audit_no_delete; {sql}";
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var verification = await audit.VerifyAsync(Admin, TestContext.Current.CancellationToken);
        Assert.False(verification.Whole);
        Assert.Contains(found, verification.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_at_once_make_one_chain_and_a_site_owner_reads_his_own()
    {
        await using var audit = await OpenAsync();
        await Task.WhenAll(
            Enumerable
                .Range(0, 40)
                .Select(i =>
                    audit.WriteAsync(
                        new AuditDraft("anna", "", "account.lock", new SiteId($"site{i % 4}.example"), $"u{i}@site{i % 4}.example", "100%_sure!"),
                        TestContext.Current.CancellationToken
                    )
                )
        );
        Assert.Equal(new AuditVerification(true, 40, ""), await audit.VerifyAsync(Admin, TestContext.Current.CancellationToken));
        var owner = AccessScope.SiteOwner("owner", "", new SiteId("site1.example"));
        var own = await audit.QueryAsync(owner, new AuditQuery(Limit: 1000), TestContext.Current.CancellationToken);
        Assert.Equal(10, own.Total);
        Assert.All(own.Items, entry => Assert.Equal(new SiteId("site1.example"), entry.Site));
        Assert.Equal(0, (await audit.QueryAsync(owner, new AuditQuery(Site: new SiteId("site2.example")), TestContext.Current.CancellationToken)).Total);
        Assert.Equal(10, (await audit.QueryAsync(owner, new AuditQuery(Search: "100%_SURE!"), TestContext.Current.CancellationToken)).Total);
        Assert.Equal(0, (await audit.QueryAsync(owner, new AuditQuery(Search: "100x"), TestContext.Current.CancellationToken)).Total);
        await Assert.ThrowsAsync<AccessDeniedException>(() => audit.VerifyAsync(owner, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<AccessDeniedException>(() =>
            audit.QueryAsync(AccessScope.AccountOwner("anna", "", new UserId("u1@site1.example")), new AuditQuery(), TestContext.Current.CancellationToken)
        );
        await Assert.ThrowsAsync<AccessDeniedException>(() => audit.QueryAsync(AccessScope.Nobody, new AuditQuery(), TestContext.Current.CancellationToken));
    }

    private static async Task WriteAsync(AuditLog audit, int count)
    {
        for (var i = 0; i < count; i++)
            await audit.WriteAsync(
                new AuditDraft("anna", "192.0.2.7", "account.release", new SiteId("example.com"), "info@example.com", $"{i}"),
                TestContext.Current.CancellationToken
            );
    }

    private Task<AuditLog> OpenAsync()
    {
        var loaded = GuardConfiguration.Load(null, new Dictionary<string, string> { ["accountguard.data-directory"] = _directory });
        return AuditLog.OpenAsync(
            loaded.Settings!,
            "node",
            TimeProvider.System,
            new LoggerConfiguration().CreateLogger(),
            TestContext.Current.CancellationToken
        );
    }

    public void Dispose() => Directory.Delete(_directory, true);
}
