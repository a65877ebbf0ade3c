using CsCheck;
using Guard.Actors.Policies.Geography;
using Guard.Host.Intake.DovecotAuthPolicy;
using Guard.Messages.Places;
using Xunit;

namespace Guard.Host.Tests.DovecotAuthPolicy;

public sealed class AccessListSpecs
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    [Fact(DisplayName = "An entry for a login from a network holds for that login there only")]
    public void Both()
    {
        var list = new AccessList();
        Add(list, "192.0.2.0/24", "Info@example.com", 60);
        Assert.NotNull(Find(list, "192.0.2.77", "info@EXAMPLE.com"));
        Assert.Null(Find(list, "192.0.2.77", "anna@example.com"));
        Assert.Null(Find(list, "198.51.100.1", "info@example.com"));
        Assert.Null(Find(list, "2001:db8::1", "info@example.com"));
        Assert.Null(list.Find(default, "info@example.com", Now));
    }

    [Fact(DisplayName = "The narrowest network is the one that is named")]
    public void Narrowest()
    {
        var list = new AccessList();
        Add(list, "2001:db8::/32", "", 60);
        Add(list, "2001:db8:1::/48", "", 60);
        Assert.Equal("2001:db8:1::/48", Find(list, "2001:db8:1::5", "x")!.Key.ToString());
        Assert.Equal("2001:db8::/32", Find(list, "2001:db8:2::5", "x")!.Key.ToString());
    }

    [Fact(DisplayName = "Entries end by themselves, and make room")]
    public void Ends()
    {
        var list = new AccessList(maxEntries: 1);
        Assert.True(Add(list, "192.0.2.1", "", 10));
        Assert.True(Add(list, "192.0.2.1", "", 20));
        Assert.False(Add(list, "192.0.2.2", "", 20));
        Assert.NotNull(list.Find(NetworkAddress.Parse("192.0.2.1"), "", Now.AddSeconds(19)));
        Assert.Null(list.Find(NetworkAddress.Parse("192.0.2.1"), "", Now.AddSeconds(20)));
        Assert.True(list.Add(Entry("192.0.2.2", "", 60), Now.AddSeconds(20)));
        Assert.Equal("192.0.2.2", Assert.Single(list.Entries(Now.AddSeconds(20))).Key.ToString());
    }

    [Fact(DisplayName = "Finding says the same as looking at every entry")]
    public void AsIfNaive()
    {
        var address = Gen.Select(Gen.UInt[0, 15], Gen.Bool)
            .Select(static (low, four) => four ? NetworkAddress.FromIPv4(0xC0000200 + low) : NetworkAddress.FromIPv6(((UInt128)0x20010db8 << 96) + low));
        var entry = Gen.Select(address, Gen.Int[0, 6], Gen.Int[0, 2].Select(static i => ((string[])["", "a", "b"])[i]), Gen.Int[1, 20], Gen.Bool);
        Gen.Select(entry.List[0, 12], address, Gen.Int[0, 3].Select(static i => ((string[])["", "a", "b", "c"])[i]), Gen.Int[0, 20])
            .Sample(
                (entries, from, login, seconds) =>
                {
                    var list = new AccessList();
                    var naive = new Dictionary<AccessKey, AccessEntry>();
                    foreach (var (network, wider, who, expires, remove) in entries)
                    {
                        var length = (network.IsIPv4 ? 32 : 128) - wider;
                        var key = AccessKey.From(wider == 6 ? null : new NetworkPrefix(network.Prefix(length), length), who);
                        if (key is null)
                            continue;
                        if (remove)
                        {
                            Assert.Equal(naive.Remove(key.Value), list.Remove(key.Value));
                            continue;
                        }
                        naive[key.Value] = new AccessEntry(key.Value, Now.AddSeconds(expires), "");
                        list.Add(naive[key.Value], Now);
                    }
                    var at = Now.AddSeconds(seconds);
                    var expected = naive.Values.Any(one =>
                        one.Expires > at && (one.Key.Login.Length == 0 || one.Key.Login == login) && (one.Key.Network?.Contains(from) ?? true)
                    );
                    Assert.Equal(expected, list.Find(from, login, at) is not null);
                    Assert.Equal(naive.Values.Count(one => one.Expires > at), list.Entries(at).Count);
                },
                iter: FuzzEffort.Inputs
            );
    }

    private static AccessEntry? Find(AccessList list, string address, string login) => list.Find(NetworkAddress.Parse(address), login, Now);

    private static bool Add(AccessList list, string network, string login, int seconds) => list.Add(Entry(network, login, seconds), Now);

    private static AccessEntry Entry(string network, string login, int seconds)
    {
        Assert.True(NetworkPrefix.TryParse(network, out var prefix));
        return new AccessEntry(AccessKey.From(prefix, login)!.Value, Now.AddSeconds(seconds), "");
    }
}
