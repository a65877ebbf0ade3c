using System.Text.Json;
using Xunit;

namespace Guard.EndToEnd.Tests.Logs;

/// <summary>Names are mapped by a table that only Postfix can read.</summary>
public sealed class VirtualMapTests : IDisposable
{
    private readonly GuardProgram _guard = new();

    [Fact]
    public void A_table_in_SQLite_is_asked_by_postmap()
    {
        Requirement.Programs("postmap", "postconf", "sqlite3");
        Requirement.That(_guard.Run("postconf", "-m").Out.Split('\n').Contains("sqlite"), "needs postfix-sqlite, which is not installed");
        _guard.Must(
            "sqlite3",
            _guard["names.db"],
            "create table names (alias text, target text);"
                + "insert into names values ('info@example.com', 'anna@example.com'), ('list@example.com', 'anna@example.com, bob@example.com'), ('@old.example', '@example.com');"
        );
        File.WriteAllText(_guard["names.cf"], $"dbpath = {_guard["names.db"]}\nquery = SELECT target FROM names WHERE alias = '%s'\n");
        _guard.Configure("data", FreePort.Next(), $"accountguard.intake.logs.virtual-map = \"sqlite:{_guard["names.cf"]}\"");
        string[] users = ["info@example.com", "list@example.com", "carl@old.example", "x' OR 1=1 --@example.com", "-q@example.com", "bob@example.com"];
        File.WriteAllLines(
            _guard["mail.log"],
            users.Select(user =>
                $"Apr 14 14:40:00 mail dovecot: imap-login: Login: user=<{user}>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.1, mpid=1, TLS, session=<x>"
            )
        );
        var (text, error, code) = _guard.Guard("parse", "--config", "guard.conf", "--format", "ndjson", "mail.log");
        Assert.True(code == 0, error);
        Assert.Equal(
            ["anna@example.com", "list@example.com", "carl@example.com", "x'%20or%201=1%20--@example.com", "-q@example.com", "bob@example.com"],
            text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("observations")[0].GetProperty("user").GetString())
        );
    }

    public void Dispose() => _guard.Dispose();
}
