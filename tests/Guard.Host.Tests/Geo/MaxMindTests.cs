using Guard.Host.Geo;
using Guard.Messages.Places;
using Xunit;

namespace Guard.Host.Tests.Geo;

/// <summary>MaxMind's own test databases. They are not part of this repository: without them the tests say so and are skipped.</summary>
public sealed class MaxMindTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-geo").FullName;

    private static string Database(string name)
    {
        var file = Path.Combine(Repository.Root, "..", "shared", "geo", name);
        Assert.SkipUnless(File.Exists(file), $"MaxMind's test database {name} is not beside this checkout (../shared/geo)");
        return file;
    }

    [Fact]
    public void City_country_provider_and_anonymous_files_add_up_to_one_place()
    {
        var places = new PlaceLookup([
            Database("GeoIP2-City-Test.mmdb"),
            Database("GeoLite2-ASN-Test.mmdb"),
            Database("GeoIP2-Anonymous-IP-Test.mmdb"),
            Database("GeoLite2-Country-Test.mmdb"),
        ]);
        Assert.All(places.Status, status => Assert.Null(status.Problem));
        var london = places.Find(NetworkAddress.Parse("81.2.69.142"));
        Assert.Equal(("GB", "GB-ENG"), (london.Country, london.Subdivision));
        Assert.InRange(london.Latitude, 51.4f, 51.6f);
        Assert.Equal(1221u, places.Find(NetworkAddress.Parse("1.128.0.1")).Asn);
        Assert.NotEqual(AnonymousNetwork.None, places.Find(NetworkAddress.Parse("1.2.0.1")).Anonymous);
        Assert.Equal("JP", places.Find(NetworkAddress.Parse("2001:218::1")).Country);
        Assert.Equal("", places.Find(NetworkAddress.Parse("192.0.2.1")).Country);
        Assert.Equal(AddressKind.Private, places.Find(NetworkAddress.Parse("10.1.2.3")).Kind);
    }

    [Fact]
    public void A_database_that_changes_is_taken_over_and_a_broken_one_leaves_the_old_in_place()
    {
        var file = Path.Combine(_directory, "places.mmdb");
        var places = new PlaceLookup([file]);
        Assert.NotNull(Assert.Single(places.Status).Problem);
        Assert.Equal("", places.Find(NetworkAddress.Parse("81.2.69.142")).Country);

        File.Copy(Database("GeoLite2-Country-Test.mmdb"), file);
        Assert.True(places.Reload());
        Assert.Equal("GB", places.Find(NetworkAddress.Parse("81.2.69.142")).Country);
        Assert.False(places.Reload());

        File.WriteAllText(file, "no database");
        Assert.True(places.Reload());
        Assert.NotNull(Assert.Single(places.Status).Problem);
        Assert.Equal("GB", places.Find(NetworkAddress.Parse("81.2.69.142")).Country);
    }

    [Theory]
    [InlineData("GeoLite2-Country-Test.mmdb")]
    [InlineData("GeoIP2-City-Test.mmdb")]
    [InlineData("GeoLite2-ASN-Test.mmdb")]
    public void A_database_with_sound_metadata_and_garbled_content_is_refused_and_the_old_one_stays(string name)
    {
        var file = Path.Combine(_directory, "places.mmdb");
        var sound = File.ReadAllBytes(Database(name));
        File.WriteAllBytes(file, sound);
        var places = new PlaceLookup([file]);
        Assert.Null(Assert.Single(places.Status).Problem);
        var before = places.Find(NetworkAddress.Parse("81.2.69.142"));

        // The metadata stand behind their marker at the end; everything before may be anything.
        var marker = sound.AsSpan().LastIndexOf("\xAB\xCD\xEFMaxMind.com"u8);
        marker = marker < 0 ? sound.AsSpan().LastIndexOf("MaxMind.com"u8) - 3 : marker;
        foreach (var (from, to) in new[] { (0, marker), (marker / 2, marker), (marker / 4, marker / 2), (0, 4096) })
        {
            var garbled = (byte[])sound.Clone();
            new Random(7).NextBytes(garbled.AsSpan(from, to - from));
            File.WriteAllBytes(file, garbled);
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddSeconds(from + to));
            Assert.True(places.Reload());
            Assert.NotNull(Assert.Single(places.Status).Problem);
            Assert.Equal(before, places.Find(NetworkAddress.Parse("81.2.69.142")));
        }
    }

    public void Dispose() => Directory.Delete(_directory, true);
}
