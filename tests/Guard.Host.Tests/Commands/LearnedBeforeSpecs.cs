using System.Globalization;
using Guard.Host.Commands;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Xunit;

namespace Guard.Host.Tests.Commands;

/// <summary>What is learnt of accounts that the journal knows already.</summary>
public sealed class LearnedBeforeSpecs : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard").FullName;
    private readonly Dictionary<string, DateTimeOffset> _journal = [];
    private readonly List<string> _asked = [];

    [Fact]
    public async Task What_lies_before_an_accounts_last_moment_is_left_out()
    {
        _journal["known@example.com"] = At("10:00");
        using var before = Open();
        var chunk = new List<Observation> { Login("known", "09:59"), Login("known", "10:00"), Login("known", "10:01"), Login("new", "09:00") };
        Assert.Equal([chunk[2], chunk[3]], await before.NewsOfAsync(chunk));
    }

    [Fact]
    public async Task What_learning_itself_brings_does_not_end_it_also_after_a_kill()
    {
        using (var killed = Open())
            Assert.Single(await killed.NewsOfAsync([Login("new", "09:00")]));
        _journal["new@example.com"] = At("09:00");
        File.AppendAllText(Path.Combine(_directory, "learning"), "half@exam");
        using var again = Open();
        Assert.Equal(2, (await again.NewsOfAsync([Login("new", "08:00"), Login("half", "08:00")])).Count);
        Assert.Equal(["new@example.com", "half@example.com"], _asked);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_it_is_done_or_a_guard_has_run_the_journal_is_asked_anew(bool done)
    {
        using (var first = Open())
        {
            await first.NewsOfAsync([Login("new", "09:00")]);
            if (done)
                first.Done();
        }
        if (!done)
            LearnedBefore.Forget(_directory);
        _journal["new@example.com"] = At("09:00");
        using var second = Open();
        Assert.Empty(await second.NewsOfAsync([Login("new", "09:00")]));
    }

    public void Dispose() => Directory.Delete(_directory, true);

    private LearnedBefore Open() =>
        new(
            _directory,
            user =>
            {
                _asked.Add(user.Value);
                return Task.FromResult(_journal.TryGetValue(user.Value, out var at) ? at : (DateTimeOffset?)null);
            }
        );

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse($"2026-11-27T{time}:00Z", CultureInfo.InvariantCulture);

    private static Login Login(string name, string time) =>
        new(new UserId($"{name}@example.com"), At(time), Place.None, new ObservationOrigin("learn:log", 1), Service.Imap, LoginOutcome.Succeeded);
}
