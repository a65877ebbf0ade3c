using CsCheck;
using Guard.Host.Configuration;
using Guard.Host.Feedback;
using Guard.Host.Tests.Reports;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Xunit;

namespace Guard.Host.Tests.Feedback;

public sealed class FeedbackTokenSpecs
{
    private static readonly FeedbackClaim Claim = new(new UserId("info@example.com"), 7, true, DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
    private static readonly DateTimeOffset Before = Claim.Expires.AddSeconds(-1);

    [Fact]
    public void A_link_says_what_it_was_made_to_say_until_it_is_over()
    {
        var token = FeedbackToken.Write(Told.Key, Claim);
        Assert.Equal(Claim, FeedbackToken.Read(Told.Key, token, Before));
        Assert.Null(FeedbackToken.Read(Told.Key, token, Claim.Expires));
        Assert.Matches("^[A-Za-z0-9_-]+$", token);
    }

    [Fact]
    public void Another_key_another_character_or_a_part_of_a_link_says_nothing()
    {
        var token = FeedbackToken.Write(Told.Key, Claim);
        Assert.Null(FeedbackToken.Read([.. Told.Key.Reverse()], token, Before));
        for (var i = 0; i < token.Length; i++)
        {
            foreach (var other in "Aa9_-=.")
            {
                if (token[i] != other)
                    Assert.Null(FeedbackToken.Read(Told.Key, token[..i] + other + token[(i + 1)..], Before));
            }
            Assert.Null(FeedbackToken.Read(Told.Key, token[..i], Before));
        }
        Assert.Null(FeedbackToken.Read(Told.Key, token + "=", Before));
        Assert.Null(FeedbackToken.Read(Told.Key, token + "A", Before));
    }

    [Fact]
    public void The_end_of_one_account_s_link_does_not_fit_another_s()
    {
        var mine = FeedbackToken.Write(Told.Key, Claim with { User = new UserId("anna@example.com") });
        var yours = FeedbackToken.Write(Told.Key, Claim with { User = new UserId("bert@example.com") });
        for (var i = 1; i < mine.Length; i++)
        {
            var mixed = mine[..i] + yours[i..];
            if (mixed != mine && mixed != yours)
                Assert.Null(FeedbackToken.Read(Told.Key, mixed, Before));
        }
    }

    [Fact]
    public void Whatever_is_asked_for_reading_does_not_fail() =>
        Gen.String[Gen.Char.AlphaNumeric, 0, 2000].Sample(token => Assert.Null(FeedbackToken.Read(Told.Key, token, Before)));

    [Fact]
    public void What_an_admin_does_not_allow_is_neither_made_nor_followed()
    {
        var links = Told.Links(wasMe: false);
        Assert.Null(links.For(Told.Effect(), true, ReportAudience.Admin));
        Assert.NotNull(links.For(Told.Effect(), false, ReportAudience.Admin));
        Assert.Null(links.Read(FeedbackToken.Write(Told.Key, Claim), Before));
        Assert.NotNull(links.Read(FeedbackToken.Write(Told.Key, Claim with { WasOwner = false }), Before));
        Assert.Null(new FeedbackLinks(LinkSettings.Off, Told.Key).For(Told.Effect(), false, ReportAudience.Admin));
        Assert.Null(links.For(Told.Effect(), false, ReportAudience.AbuseDesk));
    }

    [Fact]
    public void The_key_is_made_once_and_the_guard_s_alone()
    {
        var directory = Directory.CreateTempSubdirectory("accountguard-key").FullName;
        try
        {
            var key = FeedbackKey.Of(directory);
            Assert.Equal(FeedbackKey.Length, key.Length);
            Assert.Equal(key, FeedbackKey.Of(directory));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(directory, "feedback.key")));
            File.WriteAllText(Path.Combine(directory, "feedback.key"), "short");
            Assert.Throws<IOException>(() => FeedbackKey.Of(directory));
        }
        finally
        {
            Directory.Delete(directory, true);
        }
    }
}
