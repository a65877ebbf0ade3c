using Guard.Host.Commands;
using Guard.Host.Migration;
using Guard.Host.Platform;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Guard.Host.Tests.Migration;

/// <summary><c>accountguard restore</c> of a copy with a configuration.</summary>
public sealed class RestoreSpecs : IDisposable
{
    private const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    private readonly string _root = Directory.CreateTempSubdirectory("guard-restore-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void The_configuration_comes_back_when_asked_for_with_owner_and_mode_and_what_was_there_is_kept()
    {
        var (copy, installed, data) = Prepare();
        var included = Path.Combine(copy, DataCopy.Settings, "conf.d", "limits.conf");
        var owner = FileOwner.Of(included);

        Assert.Equal(0, Restore(copy, installed, out var said));

        Assert.Contains("the configuration", said, StringComparison.Ordinal);
        Assert.Contains(data, File.ReadAllText(Path.Combine(installed, "accountguard.conf")), StringComparison.Ordinal);
        var back = Path.Combine(installed, "conf.d", "limits.conf");
        Assert.Equal(Secret, File.GetUnixFileMode(back));
        Assert.Equal(owner, FileOwner.Of(back));
        Assert.False(File.Exists(Path.Combine(installed, "later.conf")));
        var former = Assert.Single(Directory.GetDirectories(_root, "etc.before-*"));
        Assert.Equal("# later", File.ReadAllText(Path.Combine(former, "later.conf")));
        Assert.True(File.Exists(Path.Combine(data, DataCopy.Journal)));
    }

    [Fact]
    public void Without_being_asked_it_stays_as_it_is()
    {
        var (copy, installed, data) = Prepare();
        Assert.Equal(0, Restore(copy, null, out var said, $"accountguard.data-directory={data}"));
        Assert.Contains("--configuration", said, StringComparison.Ordinal);
        Assert.Equal("# later", File.ReadAllText(Path.Combine(installed, "later.conf")));
    }

    [Fact]
    public void A_copy_without_one_is_refused_before_anything_is_touched()
    {
        var (copy, installed, data) = Prepare();
        Directory.Delete(Path.Combine(copy, DataCopy.Settings), recursive: true);
        Assert.Equal(2, Restore(copy, installed, out _, $"accountguard.data-directory={data}"));
        Assert.True(File.Exists(Path.Combine(installed, "later.conf")));
        Assert.False(File.Exists(Path.Combine(data, DataCopy.Journal)));
    }

    private static int Restore(string copy, string? into, out string said, string? set = null)
    {
        using var output = new StringWriter();
        var sets = set is null ? [] : new Dictionary<string, string> { [set.Split('=', 2)[0]] = set.Split('=', 2)[1] };
        var code = RestoreCommand.Run(null, sets, copy, output, output, into);
        said = output.ToString();
        return code;
    }

    private (string Copy, string Installed, string Data) Prepare()
    {
        var (copy, installed, data) = (Path.Combine(_root, "copy"), Path.Combine(_root, "etc"), Path.Combine(_root, "data"));
        Directory.CreateDirectory(Path.Combine(copy, DataCopy.Settings, "conf.d"));
        Directory.CreateDirectory(Path.Combine(copy, "intake"));
        Directory.CreateDirectory(installed);
        Directory.CreateDirectory(data);
        File.WriteAllText(Path.Combine(installed, "later.conf"), "# later");
        File.WriteAllText(
            Path.Combine(copy, DataCopy.Settings, "accountguard.conf"),
            $"accountguard.data-directory = \"{data}\"\ninclude \"conf.d/limits.conf\"\n"
        );
        var limits = Path.Combine(copy, DataCopy.Settings, "conf.d", "limits.conf");
        File.WriteAllText(limits, "accountguard.policy.default.quotas = []\n");
        File.SetUnixFileMode(limits, Secret);
        // Where it may, a group that is not this process's own.
        _ = FileOwner.TrySetGroup(limits, 1);
        using var journal = new SqliteConnection($"Data Source={Path.Combine(copy, DataCopy.Journal)};Pooling=False");
        journal.Open();
        using var command = journal.CreateCommand();
        command.CommandText = "CREATE TABLE kept (one INTEGER)";
        command.ExecuteNonQuery();
        return (copy, installed, data);
    }
}
