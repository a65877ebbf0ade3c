using CsCheck;
using Guard.Host.Geo;
using Guard.Messages.Places;
using Xunit;

namespace Guard.Host.Tests.Geo;

public sealed class AsTableTests : IDisposable
{
    private static readonly string[] Lines =
    [
        "192.0.2.0,192.0.2.127,64500,\"Example, Inc.\"",
        "198.51.100.0,198.51.100.255,64501,Other",
        "192.0.2.128,192.0.2.128,64502,One",
        "2001:db8::,2001:db8:0:ffff:ffff:ffff:ffff:ffff,64503,Six",
    ];

    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-as").FullName;

    [Theory]
    [InlineData("192.0.1.255", 0)]
    [InlineData("192.0.2.0", 64500)]
    [InlineData("192.0.2.127", 64500)]
    [InlineData("192.0.2.128", 64502)]
    [InlineData("192.0.2.129", 0)]
    [InlineData("198.51.100.255", 64501)]
    [InlineData("255.255.255.255", 0)]
    [InlineData("2001:db8::1", 64503)]
    [InlineData("2001:db8:0:ffff::1", 64503)]
    [InlineData("2001:db8:1::1", 0)]
    public void An_address_has_the_system_that_announces_it_and_neighbours_have_not(string address, uint system) =>
        Assert.Equal(system, AsTable.Parse(Lines).Find(NetworkAddress.Parse(address)));

    [Fact]
    public void What_is_written_is_read_again_and_files_of_lines_are_read_as_they_stand()
    {
        var (table, lines) = (Path.Combine(_directory, "asn.table"), Path.Combine(_directory, "asn.csv"));
        using (var stream = File.Create(table))
            AsTable.Parse(Lines).Write(stream);
        File.WriteAllLines(lines, Lines);
        foreach (var file in new[] { table, lines })
        {
            var places = new PlaceLookup([file]);
            Assert.Null(Assert.Single(places.Status).Problem);
            // Documentation networks are public enough for this: only private ones are left out.
            Assert.Equal(64501u, places.Find(NetworkAddress.Parse("198.51.100.7")).Asn);
        }
    }

    [Fact]
    public void Each_of_many_ranges_is_found_at_both_ends()
    {
        Gen.UInt[1, 5000]
            .Array[1, 60]
            .Sample(lengths =>
            {
                var (start, ranges) = (1u << 24, new List<(uint First, uint Last, uint System)>());
                foreach (var length in lengths)
                {
                    ranges.Add((start, start + length - 1, (uint)ranges.Count + 1));
                    start += length * 2;
                }
                var table = AsTable.Parse(
                    ranges.Select(range => $"{NetworkAddress.FromIPv4(range.First)},{NetworkAddress.FromIPv4(range.Last)},{range.System}")
                );
                Assert.All(
                    ranges,
                    range =>
                    {
                        Assert.Equal(range.System, table.Find(NetworkAddress.FromIPv4(range.First)));
                        Assert.Equal(range.System, table.Find(NetworkAddress.FromIPv4(range.Last)));
                        Assert.Equal(0u, table.Find(NetworkAddress.FromIPv4(range.Last + 1)));
                    }
                );
            });
    }

    [Fact]
    public void A_damaged_table_is_refused_and_the_old_one_stays()
    {
        var file = Path.Combine(_directory, "asn.table");
        using (var stream = File.Create(file))
            AsTable.Parse(Lines).Write(stream);
        var sound = File.ReadAllBytes(file);
        var places = new PlaceLookup([file]);
        foreach (
            var damaged in new byte[][]
            {
                sound[..^1],
                [.. sound[..16], .. sound[16..].Reverse()],
                [.. sound[..8], .. Enumerable.Repeat((byte)255, 8), .. sound[16..]],
            }
        )
        {
            File.WriteAllBytes(file, damaged);
            File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file).AddSeconds(1));
            Assert.True(places.Reload());
            Assert.NotNull(Assert.Single(places.Status).Problem);
            Assert.Equal(64501u, places.Find(NetworkAddress.Parse("198.51.100.7")).Asn);
        }
    }

    [Fact]
    public void Lines_of_another_form_are_no_table() => Assert.Throws<InvalidDataException>(() => AsTable.Parse(["network,asn", "1.0.0.0/24,13335"]));

    public void Dispose() => Directory.Delete(_directory, true);
}
