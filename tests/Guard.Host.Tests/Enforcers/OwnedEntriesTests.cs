using CsCheck;
using Guard.Host.Enforcement.DovecotDenyFile;
using Guard.Host.Enforcement.Locks;
using Guard.Messages.Identity;
using Xunit;

namespace Guard.Host.Tests.Enforcers;

/// <summary>A table that AccountGuard shares with an administrator.</summary>
public sealed class OwnedEntriesTests : IDisposable
{
    private static readonly DateTimeOffset Until = new(2026, 3, 5, 10, 0, 0, TimeSpan.Zero);

    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("accountguard-table").FullName, "deny");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    private static string Line(WantedLock entry, string name) => name;

    private static IReadOnlyList<string> Names(UserId user) => [user.Value];

    private static WantedLock For(string user, string reason = "") => new(new UserId(user), Until, reason);

    [Fact]
    public void Lines_of_others_come_back_as_they_were_and_ours_are_found_again()
    {
        var line = Gen.OneOf(
            Gen.Char["ab@:# \t\r"].Array[0, 12].Select(chars => new string(chars)),
            Gen.Const("# accountguard x"),
            Gen.Const("# accountguard a@b until released: gone"),
            Gen.Const("info@example.com")
        );
        var entry = Gen.Select(
            Gen.OneOf(Gen.Const("info@example.com"), Gen.Const("a@b"), Gen.Const("z@example.net")),
            Gen.Bool,
            Gen.String[0, 30],
            (user, ends, reason) => new WantedLock(new UserId(user), ends ? Until : null, reason)
        );
        Gen.Select(line.Array[0, 8], entry.Array[0, 4])
            .Sample(
                (foreign, add) =>
                {
                    // One pass settles which marks belong to nothing.
                    var before = OwnedEntries.Parse(string.Concat(foreign.Select(text => text + "\n")));
                    before = OwnedEntries.Parse(before.Foreign);
                    if (before.Own.Count > 0)
                        return;
                    var text = before.With(add, []).Render(Names, Line);
                    var after = OwnedEntries.Parse(text);
                    Assert.Equal(before.Foreign, after.Foreign);
                    Assert.Equal(add.Select(one => one.User.Value).Distinct().Order(StringComparer.Ordinal), after.Own.Keys);
                    Assert.All(after.Own.Values, one => Assert.Equal(add.Last(other => other.User == one.User).Until, one.Until));
                    Assert.Equal(text, after.Render(Names, Line));
                    Assert.Equal(before.Foreign, after.With([], add.Select(one => one.User)).Render(Names, Line));
                }
            );
    }

    [Fact]
    public async Task A_name_that_stands_by_hand_stays_when_ours_goes()
    {
        await File.WriteAllTextAsync(_path, "info@example.com\n# mine", Cancellation);
        IAccountLock locks = new DovecotDenyFile(_path);
        await locks.Apply([For("info@example.com", "a\nb")], [], Cancellation);
        Assert.Equal(
            "info@example.com\n# mine\n# accountguard info@example.com until 2026-03-05T10:00:00Z: a?b\ninfo@example.com\n",
            await File.ReadAllTextAsync(_path, Cancellation)
        );
        await locks.Reconcile([], Cancellation);
        Assert.Equal("info@example.com\n# mine\n", await File.ReadAllTextAsync(_path, Cancellation));
    }

    [Theory]
    [InlineData("*@example.com")]
    [InlineData("a b@example.com")]
    [InlineData("a\n b@example.com")]
    [InlineData("#a@example.com")]
    [InlineData("a:b@example.com")]
    [InlineData("")]
    public async Task A_name_that_would_mean_something_else_is_refused(string user)
    {
        Assert.Single(await new DovecotDenyFile(_path).Apply([For(user)], [], Cancellation));
        Assert.Empty(await new DovecotDenyFile(_path).List(Cancellation));
    }

    [Fact]
    public async Task Rights_stay_each_writing_has_its_own_second_and_nothing_new_is_not_written()
    {
        await File.WriteAllTextAsync(_path, "", Cancellation);
        File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var locks = new DovecotDenyFile(_path);
        var seconds = new HashSet<long>();
        for (var i = 0; i < 5; i++)
        {
            await locks.Apply(
                [For(i % 2 == 0 ? "a@example.com" : "b@example.com")],
                [new UserId(i % 2 == 0 ? "b@example.com" : "a@example.com")],
                Cancellation
            );
            Assert.True(seconds.Add(new DateTimeOffset(File.GetLastWriteTimeUtc(_path)).ToUnixTimeSeconds()));
        }
        var last = File.GetLastWriteTimeUtc(_path);
        await locks.Apply([For("a@example.com")], [], Cancellation);
        Assert.Equal(last, File.GetLastWriteTimeUtc(_path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(_path));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(_path)!));
    }
}
