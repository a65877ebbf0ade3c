using Xunit;

namespace Guard.EndToEnd.Tests.Install;

/// <summary>The story on the founder's kind of server: Sendmail, ProFTPD and POP3 for the machine's own users, who log in without a domain.</summary>
public sealed class SendmailStoryTests(ITestOutputHelper output) : FoundingStory(output)
{
    [Fact]
    public Task Stolen_caught_locked_for_mail_and_ftp_told_and_given_back_and_nothing_of_the_guard_stays() => PlayAsync("sendmail");
}
