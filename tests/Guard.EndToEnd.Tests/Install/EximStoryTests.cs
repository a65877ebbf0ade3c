using Xunit;

namespace Guard.EndToEnd.Tests.Install;

/// <summary>The story on a Debian 12 with Exim, whose users log in by Dovecot.</summary>
public sealed class EximStoryTests(ITestOutputHelper output) : FoundingStory(output)
{
    [Fact]
    public Task Stolen_caught_locked_frozen_told_and_given_back_and_nothing_of_the_guard_stays() => PlayAsync("exim");
}
