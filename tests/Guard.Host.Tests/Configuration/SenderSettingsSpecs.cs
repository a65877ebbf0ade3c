using Guard.Host.Configuration;
using Guard.Host.Intake;
using Guard.Messages.Places;
using Xunit;

namespace Guard.Host.Tests.Configuration;

/// <summary>Whose mail it is that came without a login.</summary>
public sealed class SenderSettingsSpecs
{
    private const string Text = """
        accountguard.senders {
          printer { networks = ["192.0.2.16/28", "2001:db8::7"], account = "scan@example.com" }
          one     { networks = ["192.0.2.17"], account = "one@example.com" }
          web42   { uids = [5004], users = [web43], account = "shop@example.com" }
          filter  { users = [filter], judged = off }
        }
        """;

    private static readonly SystemUsers Users = SystemUsers.Of([
        "root:x:0:0:root:/root:/bin/sh",
        "filter:x:65:65::/:/bin/false",
        "web50:x:5050:5050::/:/bin/false",
        "broken",
        "x:y:z:1",
    ]);

    private static ConfigurationResult Load(string text)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, text);
            return GuardConfiguration.Load(file, new Dictionary<string, string>());
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Senders_are_found_by_network_number_and_name()
    {
        var rules = new SenderRules(Load(Text).Settings!.Senders, Users);
        Assert.Equal(new SenderName(true, "scan@example.com"), rules.OfAddress(NetworkAddress.Parse("192.0.2.20")));
        Assert.Equal(new SenderName(true, "one@example.com"), rules.OfAddress(NetworkAddress.Parse("192.0.2.17")));
        Assert.Equal(new SenderName(true, "scan@example.com"), rules.OfAddress(NetworkAddress.Parse("2001:db8::7")));
        Assert.Equal(default, rules.OfAddress(NetworkAddress.Parse("192.0.2.32")));
        Assert.Equal(new SenderName(true, "shop@example.com"), rules.OfUid(5004));
        Assert.Equal(new SenderName(true, "shop@example.com"), rules.OfUser("web43"));
        Assert.True(rules.OfUid(65).Exempt);
        Assert.Equal(new SenderName(false, "web50"), rules.OfUid(5050));
        Assert.Equal(new SenderName(false, "uid777"), rules.OfUid(777));
        Assert.Equal(new SenderName(false, "root"), rules.OfUser("root"));
    }

    [Theory]
    [InlineData("senders { a { account = \"a@example.com\" } }", "networks")]
    [InlineData("senders { a { networks = [\"192.0.2.1\"] } }", "account")]
    [InlineData("senders { a { networks = [\"192.0.2.300\"], account = a } }", "is not a network")]
    [InlineData("senders { a { uids = [web], account = a } }", "is not a user's number")]
    [InlineData("senders { a { uids = [5], account = \"a b\" } }", "is not an account")]
    [InlineData("senders { a { uids = [5], account = a, judged = off } }", "has no use")]
    [InlineData("senders { a { uids = [5], account = a }, b { uids = [5], account = b } }", "belongs to a too")]
    [InlineData("senders { a { uid = [5], account = a } }", "is an unknown key")]
    public void A_mistake_is_told(string text, string told)
    {
        var loaded = Load($"accountguard {{ {text} }}");
        Assert.Contains(loaded.Faults, fault => fault.ToString().Contains(told, StringComparison.Ordinal));
    }
}
