using System.Globalization;
using System.Net.Sockets;
using Guard.Host.Platform;
using Xunit;

namespace Guard.Host.Tests.Platform;

/// <summary>One writer in a directory, and sockets that are another's.</summary>
public sealed class DirectoryLockSpecs : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard").FullName;

    public void Dispose() => Directory.Delete(_directory, true);

    [Fact]
    public void A_second_one_is_told_who_has_it_and_since_when()
    {
        using var first = DirectoryLock.Take(_directory, "run");
        var refused = Assert.Throws<DirectoryInUseException>(() => DirectoryLock.Take(_directory, "learn"));
        Assert.Contains(_directory, refused.Message, StringComparison.Ordinal);
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"accountguard run, pid {Environment.ProcessId}, since 20"),
            refused.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void It_is_free_again_with_the_end_of_the_first_and_its_file_stays()
    {
        DirectoryLock.Take(_directory, "run").Dispose();
        Assert.True(File.Exists(Path.Combine(_directory, DirectoryLock.FileName)));
        DirectoryLock.Take(_directory, "learn").Dispose();
    }

    [Fact]
    public void A_socket_that_answers_is_left_alone_and_one_that_a_killed_process_left_is_removed()
    {
        var path = Path.Combine(_directory, "s");
        using (var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            listener.Bind(new UnixDomainSocketEndPoint(path));
            listener.Listen(1);
            Assert.Contains("in use", Assert.Throws<IOException>(() => UnixSocketPath.Clear(path)).Message, StringComparison.Ordinal);
            Assert.True(File.Exists(path));
        }
        UnixSocketPath.Clear(path);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void What_is_no_socket_is_never_removed()
    {
        var path = Path.Combine(_directory, "settings");
        File.WriteAllText(path, "kept");
        Assert.Throws<IOException>(() => UnixSocketPath.Clear(path));
        Assert.Equal("kept", File.ReadAllText(path));
    }
}
