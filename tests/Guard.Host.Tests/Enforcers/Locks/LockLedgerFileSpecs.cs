using System.Text.Json.Serialization.Metadata;
using Guard.Host.Enforcement;
using Guard.Host.Enforcement.LinuxAccount;
using Guard.Host.Enforcement.Locks;
using Guard.Host.Enforcement.Queues;
using Guard.Host.Enforcement.Sql;
using Guard.Host.Platform;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Host.Tests.Enforcers.Locks;

/// <summary>What ledgers of deeds hold in their files, byte by byte: another version has to undo what this one did.</summary>
public sealed class LockLedgerFileSpecs : IDisposable
{
    private static readonly DateTimeOffset Until = new(2026, 11, 29, 1, 2, 3, TimeSpan.Zero);
    private static readonly UserId Info = new("info@example.com");

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("ledger");

    private string FilePath => Path.Combine(_directory.FullName, "ledger.json");

    [Fact]
    public void The_files_are_written_and_read_as_they_always_were()
    {
        IsAsEver(
            new HeldMail(Info, new QueuedMail(QueuedMail.OnHold, "4Xk1", Until, 812, "info@example.com", 2), HoldState.LetGo),
            LedgerJson.Default.HeldMails,
            """{"one":{"User":{"Value":"info@example.com","IsNone":false,"Local":"info","Domain":"example.com"},"Mail":{"Queue":"hold","Id":"4Xk1","Arrived":"2026-11-29T01:02:03+00:00","Size":812,"Sender":"info@example.com","Recipients":2,"Subject":"","IsOnHold":true},"State":2}}"""
        );
        IsAsEver(
            new StandingLock(Info, null),
            LedgerJson.Default.StandingLocks,
            """{"one":{"User":{"Value":"info@example.com","IsNone":false,"Local":"info","Domain":"example.com"},"Until":null}}"""
        );
        IsAsEver(
            new LinuxAccountDeed("info", Until, true, "20000"),
            LedgerJson.Default.LinuxAccountDeeds,
            """{"one":{"Login":"info","Until":"2026-11-29T01:02:03+00:00","LockedPassword":true,"Expiry":"20000"}}"""
        );
        IsAsEver(
            new SqlDeed(Info, Until, true, LockGrade.Sending),
            LedgerJson.Default.SqlDeeds,
            """{"one":{"User":{"Value":"info@example.com","IsNone":false,"Local":"info","Domain":"example.com"},"Until":"2026-11-29T01:02:03+00:00","Ours":true,"Grade":1}}"""
        );
    }

    [Fact]
    public void A_mail_noted_before_there_were_subjects_has_none()
    {
        File.WriteAllText(
            FilePath,
            """{"4Xk1":{"User":{"Value":"info@example.com"},"Mail":{"Queue":"hold","Id":"4Xk1","Arrived":"2026-11-29T01:02:03+00:00","Size":1,"Sender":"","Recipients":1}}}"""
        );
        var held = new LockLedger<HeldMail>(FilePath, LedgerJson.Default.HeldMails).Entries["4Xk1"];
        Assert.Equal(("", HoldState.Held, Info), (held.Mail.Subject, held.State, held.User));
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_a_failure_and_no_empty_ledger()
    {
        File.WriteAllText(FilePath, "{\"4Xk1\":");
        Assert.Throws<EnforcementException>(() => new LockLedger<HeldMail>(FilePath, LedgerJson.Default.HeldMails).Entries);
    }

    private void IsAsEver<T>(T entry, JsonTypeInfo<Dictionary<string, T>> json, string text)
    {
        new LockLedger<T>(FilePath, json).Note("one", entry);
        Assert.Equal(text, File.ReadAllText(FilePath));
        Assert.Equal(entry, new LockLedger<T>(FilePath, json).Entries["one"]);
        File.Delete(FilePath);
    }

    public void Dispose() => _directory.Delete(true);
}
