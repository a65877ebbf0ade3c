using Xunit;

namespace Guard.EndToEnd.Tests;

/// <summary>A disk that is full or read-only, on a small file system of the test's own.</summary>
public sealed class DiskTests : IDisposable
{
    private readonly GuardProgram _guard = new();

    private void Mount(string options)
    {
        Directory.CreateDirectory(_guard["data"]);
        var (_, error, code) = _guard.Run("mount", "-t", "tmpfs", "-o", options, "none", _guard["data"]);
        Requirement.That(code == 0, $"a file system of one's own cannot be mounted here: {error.Trim()}");
    }

    [Fact]
    public async Task A_full_disk_is_said_loses_nothing_and_all_is_counted_once_there_is_room_again()
    {
        Mount("size=24m");
        _guard.Configure(_guard["data"], 4881);
        await File.WriteAllBytesAsync(_guard["mail.log"], [], TestContext.Current.CancellationToken);
        var process = _guard.Start();
        await GuardProgram.UntilAsync(() => _guard.Heard.Contains("AccountGuard runs", StringComparison.Ordinal), () => _guard.Heard);
        Fill(Path.Combine(_guard["data"], "filler"));
        await File.WriteAllBytesAsync(_guard["mail.log"], _guard.DemoLog(), TestContext.Current.CancellationToken);
        await GuardProgram.UntilAsync(
            () => _guard.Heard.Contains("could not be journaled", StringComparison.Ordinal),
            () => "nothing was said of a full disk: " + _guard.Heard
        );
        Assert.False(process.HasExited, _guard.Heard);

        File.Delete(Path.Combine(_guard["data"], "filler"));
        var expected = _guard.Replayed();
        await GuardProgram.UntilAsync(() => _guard.Totals() == expected, () => $"{expected} was expected, {_guard.Totals()} came about: {_guard.Heard}");
        _guard.Must("kill", "-TERM", $"{process.Id}");
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        Assert.DoesNotContain("not everything was journaled", _guard.Heard, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_read_only_database_is_a_clear_error_at_the_start()
    {
        Mount("size=24m");
        _guard.Configure(_guard["data"], 4882);
        await File.WriteAllBytesAsync(_guard["mail.log"], [], TestContext.Current.CancellationToken);
        _guard.Must("mount", "-o", "remount,ro", _guard["data"]);
        var process = _guard.Start();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, process.ExitCode);
        Assert.Contains("cannot be written", _guard.Heard, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", _guard.Heard, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_country_database_that_is_not_there_is_said_and_done_without()
    {
        _guard.Configure(_guard["data"], 4883, "accountguard.geo.files = [\"/nowhere/countries.mmdb\"]");
        await File.WriteAllBytesAsync(_guard["mail.log"], _guard.DemoLog(), TestContext.Current.CancellationToken);
        var expected = _guard.Replayed();
        _guard.Start();
        await GuardProgram.UntilAsync(() => _guard.Totals() == expected, () => $"{expected} was expected: {_guard.Heard}");
        Assert.Contains("/nowhere/countries.mmdb", _guard.Heard, StringComparison.Ordinal);
    }

    /// <summary>Takes every byte the file system has left.</summary>
    private static void Fill(string file)
    {
        using var stream = File.Create(file, 1);
        for (var size = 1 << 20; size > 0; size /= 2)
        {
            try
            {
                while (true)
                    stream.Write(new byte[size]);
            }
            catch (IOException)
            {
                // Full at this size; a smaller piece may still fit.
            }
        }
    }

    public void Dispose() => _guard.Dispose();
}
