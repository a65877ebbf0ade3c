using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Guard.Host.Configuration;
using Guard.Host.Geo;
using Guard.Messages.Places;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Guard.Host.Tests.Geo;

/// <summary>A registry and MaxMind's service, as their documents describe them, on loopback.</summary>
public sealed class GeoFetchTests : IAsyncDisposable
{
    private const string Package = "@ip-location-db/asn";
    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-fetch").FullName;
    private readonly List<string> _told = [];
    private WebApplication? _server;
    private string _version = "1.0.1";
    private byte[] _archive = Archive(
        ("package/asn-ipv4.csv", "192.0.2.0,192.0.2.255,64500,\"A, B\"\n"),
        ("package/asn-ipv6.csv", "2001:db8::,2001:db8::ffff,64501,C\n")
    );
    private string? _integrity;
    private int _fetched;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static byte[] Archive(params (string Name, string Text)[] files)
    {
        using var bytes = new MemoryStream();
        using (var zipped = new GZipStream(bytes, CompressionLevel.Fastest))
        using (var tar = new TarWriter(zipped))
        {
            foreach (var (name, text) in files)
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
        }
        return bytes.ToArray();
    }

    private async Task<string> ServeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var server = _server = builder.Build();
        server.MapGet(
            "/{scope}/{name}/latest",
            (HttpContext context) =>
                Results.Json(
                    new
                    {
                        name = Package,
                        version = _version,
                        // The registry names a host that only it knows.
                        dist = new
                        {
                            tarball = "https://elsewhere.invalid/archive.tgz",
                            integrity = _integrity ?? "sha512-" + Convert.ToBase64String(SHA512.HashData(_archive)),
                        },
                    }
                )
        );
        server.MapGet(
            "/archive.tgz",
            () =>
            {
                _fetched++;
                return Results.Bytes(_archive);
            }
        );
        var edition = Archive(("GeoLite2-ASN_20260101/GeoLite2-ASN.mmdb", "no database"));
        server.MapMethods(
            "/databases/GeoLite2-ASN/download",
            ["GET", "HEAD"],
            (HttpContext context) =>
            {
                if (context.Request.Headers.Authorization != "Basic " + Convert.ToBase64String("77:key"u8))
                    return Results.StatusCode((int)HttpStatusCode.Unauthorized);
                context.Response.Headers.LastModified = "Thu, 01 Jan 2026 00:00:00 GMT";
                return context.Request.Query["suffix"] == "tar.gz.sha256"
                    ? Results.Text($"{Convert.ToHexStringLower(SHA256.HashData(edition))}  GeoLite2-ASN_20260101.tar.gz\n")
                    : Results.Bytes(edition);
            }
        );
        await server.StartAsync(Cancellation);
        return server.Urls.Single();
    }

    private Task<IReadOnlyList<string>> FetchAsync(GeoSettings settings) => new GeoFetch(settings, _directory, _told.Add).RunAsync(Cancellation);

    private static GeoSettings Settings(string registry) => new([], "", true) { Fetch = [GeoData.As], Registry = registry };

    private PlaceLookup Places(GeoSettings settings) =>
        new(() => [.. settings.Fetch.Select(GeoPackage.Of).Select(package => PlaceSource.FileOf(package, _directory)).OfType<string>()]);

    [Fact]
    public async Task Owners_of_networks_are_fetched_and_again_only_when_there_is_a_newer_version()
    {
        var settings = Settings(await ServeAsync());
        var places = Places(settings);
        Assert.Empty(await FetchAsync(settings));
        Assert.True(places.Reload());
        Assert.Equal(64500u, places.Find(NetworkAddress.Parse("192.0.2.9")).Asn);
        Assert.Equal(64501u, places.Find(NetworkAddress.Parse("2001:db8::9")).Asn);
        Assert.Contains("CC BY 4.0", File.ReadAllText(Path.Combine(_directory, "geo", "ATTRIBUTION.txt")), StringComparison.Ordinal);

        Assert.Empty(await FetchAsync(settings));
        Assert.Equal(1, _fetched);
        (_version, _archive) = ("1.0.2", Archive(("package/asn-ipv4.csv", "192.0.2.0,192.0.2.255,64999,D\n")));
        Assert.Empty(await FetchAsync(settings));
        Assert.Equal(2, _fetched);
        Assert.True(places.Reload());
        Assert.Equal(64999u, places.Find(NetworkAddress.Parse("192.0.2.9")).Asn);
    }

    [Fact]
    public async Task What_does_not_match_its_checksum_or_is_no_table_leaves_the_old_data_in_place()
    {
        var settings = Settings(await ServeAsync());
        Assert.Empty(await FetchAsync(settings));
        (_version, _integrity) = ("1.0.2", "sha512-AAAA");
        Assert.Contains("checksum", Assert.Single(await FetchAsync(settings)), StringComparison.Ordinal);
        (_version, _integrity, _archive) = ("1.0.3", null, Archive(("package/asn-ipv4.csv", "<html>\nno\n")));
        Assert.Single(await FetchAsync(settings));
        (_version, _archive) = ("1.0.4", Archive(("package/README.md", "moved")));
        Assert.Contains("no such database", Assert.Single(await FetchAsync(settings)), StringComparison.Ordinal);
        Assert.Equal(64500u, Places(settings).Find(NetworkAddress.Parse("192.0.2.9")).Asn);
        Assert.Empty(Directory.GetFiles(Path.Combine(_directory, "geo"), "*.new"));
    }

    [Fact]
    public async Task A_registry_that_is_away_is_said_and_nothing_else_happens()
    {
        Assert.Contains("could not be fetched", Assert.Single(await FetchAsync(Settings("http://127.0.0.1:9"))), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_directory, "geo", "asn.table")));
    }

    [Fact]
    public async Task MaxMinds_editions_come_with_account_and_key_and_a_damaged_one_is_not_taken()
    {
        var address = await ServeAsync() + "/databases";
        var settings = new GeoSettings([], "", true) { Fetch = [], MaxMind = new("77", new Secret("key", ""), ["GeoLite2-ASN"], address) };
        Assert.Contains("GeoLite2-ASN", Assert.Single(await FetchAsync(settings)), StringComparison.Ordinal);
        Assert.Contains("2026-01-01", Assert.Single(_told), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_directory, "geo", "GeoLite2-ASN.mmdb")));
        var refused = Assert.Single(await FetchAsync(settings with { MaxMind = settings.MaxMind with { LicenceKey = new Secret("wrong", "") } }));
        Assert.Contains("401", refused, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("file:///")]
    [InlineData("nonsense")]
    public void Without_an_address_of_the_web_the_public_registry_is_asked(string configured)
    {
        Assert.StartsWith("http", NpmRegistry.Address(configured).Scheme, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        Directory.Delete(_directory, true);
    }
}
