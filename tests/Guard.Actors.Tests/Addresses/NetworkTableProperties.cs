using CsCheck;
using Guard.Actors.Addresses;
using Guard.Messages.Places;
using Xunit;

namespace Guard.Actors.Tests.Addresses;

public sealed class NetworkTableProperties
{
    private static readonly Gen<NetworkAddress> Network = Gen.OneOf(
        Gen.UInt[0, 300].Select(bits => NetworkAddress.FromIPv4(bits << 8)),
        Gen.UInt.Select(bits => NetworkAddress.FromIPv4(bits & 0xFFFFFF00)),
        Gen.UInt[0, 300].Select(bits => NetworkAddress.FromIPv6(((UInt128)0x20010db8 << 96) | ((UInt128)bits << 80)))
    );

    [Fact]
    public void A_table_finds_what_was_put_in_last_and_an_older_table_what_it_had() =>
        Gen.Select(Network, Gen.Long[0, 1_000_000])
            .List[0, 400]
            .Sample(
                changes =>
                {
                    var expected = new Dictionary<NetworkAddress, long>();
                    var table = NetworkTable.Empty;
                    foreach (var (network, last) in changes)
                    {
                        var before = table;
                        var had = expected.TryGetValue(network, out var old) ? old : (long?)null;
                        table = table.With(NetworkState.Of(network) with { Last = last });
                        expected[network] = last;
                        Assert.Equal(had, before.Find(network)?.Last);
                    }
                    Assert.Equal(expected.Count, table.Count);
                    Assert.Equal(expected.Keys.ToHashSet(), table.Select(network => network.Network).ToHashSet());
                    Assert.All(expected, one => Assert.Equal(one.Value, table.Find(one.Key)?.Last));
                    Assert.All(expected, one => Assert.Equal(one.Value, NetworkTable.Of([.. table]).Find(one.Key)?.Last));
                    Assert.Null(table.Find(NetworkAddress.Parse("2001:db8:ffff::")));
                },
                iter: 200
            );
}
