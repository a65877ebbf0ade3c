using Xunit;

namespace Guard.EndToEnd.Tests.Install;

/// <summary>The story on Debian 12 with Postfix and Dovecot 2.3, and on Debian 13 with Dovecot 2.4 and systemd's journal alone.</summary>
public sealed class FoundingStoryTests(ITestOutputHelper output) : FoundingStory(output)
{
    [Theory]
    [InlineData("bookworm")]
    [InlineData("trixie")]
    public Task Stolen_caught_locked_told_and_given_back_and_nothing_of_the_guard_stays(string root) => PlayAsync(root);
}
