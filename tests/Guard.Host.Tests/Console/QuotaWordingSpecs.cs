using System.Globalization;
using Guard.Actors.Policies;
using Guard.Host.Web.Texts;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Host.Tests.Console;

public sealed class QuotaWordingSpecs
{
    [Theory]
    [InlineData("en", "5 recipients per day from suspicious places (10% of 50 while restricted)")]
    [InlineData("de", "5 Empfänger je Tag von verdächtigen Orten (eingeschränkt auf 10 % von 50)")]
    public void A_quota_is_named_in_the_readers_language(string language, string expected)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = Languages.Find(language);
        var name = new KeyedQuota(new Quota(TimeSpan.FromDays(1), QuotaUnit.Recipients, 50, PlaceClass.Suspicious)).Describe(5);
        Assert.Equal(expected, QuotaWording.Name(name));
    }

    [Theory]
    [InlineData("en", "1 mail per day")]
    [InlineData("de", "1 Mail je Tag")]
    public void One_is_said_as_one(string language, string expected)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = Languages.Find(language);
        Assert.Equal(expected, QuotaWording.Name(new KeyedQuota(new Quota(TimeSpan.FromDays(1), QuotaUnit.Mails, 1)).Describe(1)));
    }

    [Fact]
    public void Every_kind_of_quota_has_german_words()
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = Languages.Find("de");
        foreach (var unit in Enum.GetValues<QuotaUnit>())
        {
            foreach (var of in Enum.GetValues<QuotaScope>())
            {
                var name = new KeyedQuota(new Quota(TimeSpan.FromHours(2), unit, 7, PlaceClass.Any, false, of)).Describe(7);
                Assert.NotEqual(name, QuotaWording.Name(name));
                Assert.Contains(" je 2 h", QuotaWording.Name(name), StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("whatever a newer node says")]
    [InlineData("99999999999999999999 recipients per 1d")]
    public void What_is_not_understood_comes_back_as_it_is(string name) => Assert.Equal(name, QuotaWording.Name(name));
}
