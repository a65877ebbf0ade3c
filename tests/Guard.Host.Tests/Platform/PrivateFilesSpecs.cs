using Guard.Host.Platform;
using Xunit;

namespace Guard.Host.Tests.Platform;

/// <summary>What was left open in a data directory is closed, and nothing that is not the guard's.</summary>
public sealed class PrivateFilesSpecs : IDisposable
{
    private const UnixFileMode Everybody = (UnixFileMode)511;

    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard").FullName;

    public void Dispose() => Directory.Delete(_directory, true);

    [Fact]
    public void Everything_of_the_guard_is_closed_to_others_and_it_is_told_once()
    {
        Open(
            "accountguard.db",
            "accountguard.db-wal",
            "people.db",
            "console.db-shm",
            "feedback.key",
            "intake/mail.checkpoint",
            "archive/2026-01-02.archive",
            "enforcement/sql.json"
        );
        File.SetUnixFileMode(_directory, Everybody);
        Assert.Contains("only its own user can now", Assert.Single(PrivateFiles.Tighten(_directory)), StringComparison.Ordinal);
        Assert.All(
            Directory.EnumerateFileSystemEntries(_directory, "*", SearchOption.AllDirectories).Append(_directory),
            path => Assert.Equal((UnixFileMode)0, File.GetUnixFileMode(path) & (UnixFileMode)63)
        );
        Assert.Empty(PrivateFiles.Tighten(_directory));
    }

    [Fact]
    public void What_is_not_the_guards_stays_as_it_is_and_so_does_the_directory_that_holds_it()
    {
        Open("accountguard.db", "mysql/users.frm");
        File.SetUnixFileMode(_directory, Everybody);
        var told = PrivateFiles.Tighten(_directory);
        Assert.Equal(Everybody, File.GetUnixFileMode(_directory));
        Assert.Equal(Everybody, File.GetUnixFileMode(Path.Combine(_directory, "mysql", "users.frm")));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.Combine(_directory, "accountguard.db"))
        );
        Assert.Contains(told, line => line.Contains("holds other things, such as mysql", StringComparison.Ordinal));
    }

    [Fact]
    public void A_link_is_not_followed()
    {
        var elsewhere = Path.Combine(_directory, "elsewhere");
        File.WriteAllText(elsewhere, "");
        File.SetUnixFileMode(elsewhere, Everybody);
        Directory.CreateDirectory(Path.Combine(_directory, "intake"));
        File.CreateSymbolicLink(Path.Combine(_directory, "intake", "mail.checkpoint"), elsewhere);
        PrivateFiles.Tighten(_directory);
        Assert.Equal(Everybody, File.GetUnixFileMode(elsewhere));
    }

    private void Open(params string[] files)
    {
        foreach (var file in files.Select(name => Path.Combine(_directory, name)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.SetUnixFileMode(Path.GetDirectoryName(file)!, Everybody);
            File.WriteAllText(file, "");
            File.SetUnixFileMode(file, Everybody);
        }
    }
}
