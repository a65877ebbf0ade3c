using CsCheck;
using Guard.Host.Configuration;
using Guard.Host.Geo;
using Guard.Messages.Places;
using Xunit;

namespace Guard.Host.Tests.Geo;

/// <summary>Lists of networks with a bad name.</summary>
public sealed class ReputationListTests
{
    [Theory]
    [InlineData("1.10.16.0/20 ; SBL256894", "1.10.31.255", true)]
    [InlineData("1.10.16.0/20 ; SBL256894", "1.10.32.0", false)]
    [InlineData("{\"cidr\":\"1.10.16.0/20\",\"sblid\":\"SBL256894\",\"rir\":\"apnic\"}", "1.10.16.1", true)]
    [InlineData("171.25.193.25", "171.25.193.25", true)]
    [InlineData("171.25.193.25", "171.25.193.26", false)]
    [InlineData("  2001:db8::/32\t# an example", "2001:db8:1::7", true)]
    [InlineData("2001:db8::/32", "2001:db9::", false)]
    [InlineData("{\"cidr\": \"2a06:e480::/29\", \"sblid\": \"SBL301771\"}", "2a06:e487::1", true)]
    [InlineData("ExitAddress 185.241.208.231 2024-01-30 10:21:54", "185.241.208.231", true)]
    [InlineData("192.0.2.0/24,2026-11-01", "192.0.2.9", true)]
    public void Networks_are_read_as_the_known_lists_write_them(string line, string address, bool listed) =>
        Assert.Equal(listed, ReputationList.Parse(["# made 2026-11-26", "", line]).Contains(NetworkAddress.Parse(address)));

    [Fact]
    public void What_is_no_list_is_refused()
    {
        Assert.Throws<InvalidDataException>(() => ReputationList.Parse(["<html>", "<body>not found</body>"]));
        Assert.Throws<InvalidDataException>(() => ReputationList.Parse(["{\"error\":\"no such list\"}"]));
        var exits = ReputationList.Parse([
            "ExitNode FE39F07EBE7870DCE124AB30DF3ABD0700A43F75",
            "Published 2024-01-30 00:10:50",
            "LastStatus 2024-01-30 10:00:00",
            "ExitAddress 192.0.2.7 x",
        ]);
        Assert.Equal(1, exits.Count);
        Assert.Equal(0, ReputationList.Parse(["# empty", "{\"type\":\"metadata\"}"]).Count);
        // Nobody is told that the whole Internet is bad.
        Assert.Throws<InvalidDataException>(() => ReputationList.Parse(["0.0.0.0/0"]));
    }

    [Fact]
    public void An_address_is_listed_when_one_of_the_networks_holds_it() =>
        Gen.Select(Gen.UInt, Gen.Int[8, 32])
            .Array[1, 40]
            .Sample(
                (networks) =>
                {
                    var list = ReputationList.Parse(networks.Select(one => $"{NetworkAddress.FromIPv4(one.Item1)}/{one.Item2}"));
                    foreach (var (bits, length) in networks)
                    {
                        foreach (var address in new[] { bits, bits ^ 1, bits + 256, ~bits })
                        {
                            var wanted = networks.Any(one => (ulong)(one.Item1 ^ address) >> (32 - one.Item2) == 0);
                            Assert.Equal(wanted, list.Contains(NetworkAddress.FromIPv4(address)));
                        }
                    }
                }
            );

    [Fact]
    public void A_changed_file_is_taken_over_and_a_broken_one_leaves_what_was_there()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "192.0.2.0/24\n");
            var lists = new ReputationLists([new ReputationSettings("bad", file, 4), new ReputationSettings("missing", file + ".none", 4)]);
            var places = new PlaceLookup([], lists: lists);
            var (inside, outside) = (NetworkAddress.Parse("192.0.2.7"), NetworkAddress.Parse("198.51.100.7"));
            Assert.Equal(("bad", 4f), (places.Find(inside).Listed, places.Find(inside).ListedBits));
            Assert.Equal("", places.Find(outside).Listed);
            Assert.Equal([null, "there is no such file"], places.Lists.Select(list => list.Problem));
            Assert.False(places.Reload());

            File.WriteAllText(file, "198.51.100.0/24\n198.51.101.0/24\n");
            Assert.True(places.Reload());
            Assert.Equal(("", "bad"), (places.Find(inside).Listed, places.Find(outside).Listed));

            File.WriteAllText(file, "<html>\n");
            Assert.True(places.Reload());
            Assert.Equal("bad", places.Find(outside).Listed);
            Assert.NotNull(places.Lists[0].Problem);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
