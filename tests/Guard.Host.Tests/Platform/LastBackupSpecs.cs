using Guard.Host.Platform;
using Xunit;

namespace Guard.Host.Tests.Platform;

public sealed class LastBackupSpecs : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-backup").FullName;

    [Fact]
    public void The_last_of_several_backups_is_known_and_nobody_else_reads_of_it()
    {
        Assert.Null(LastBackup.Find(_directory));
        var at = new DateTimeOffset(2026, 11, 24, 2, 14, 15, TimeSpan.Zero);
        LastBackup.Note(_directory, at.AddDays(-1));
        LastBackup.Note(_directory, at);
        Assert.Equal(at, LastBackup.Find(_directory));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Assert.Single(Directory.GetFiles(_directory))));
    }

    [Fact]
    public void What_is_no_time_is_no_backup()
    {
        LastBackup.Note(_directory, DateTimeOffset.UnixEpoch);
        File.WriteAllText(Assert.Single(Directory.GetFiles(_directory)), "yesterday");
        Assert.Null(LastBackup.Find(_directory));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
