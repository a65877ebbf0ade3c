using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Places;
using MaxMind.Db;

namespace Guard.Host.Geo;

/// <summary>
/// Reads in a database before it is taken over: one whose metadata, which stand at its end, are sound may still be garbled where its networks or
/// records are. A small one is read whole, a big one at its beginning and at many places spread over all addresses.
/// </summary>
internal static class GeoProbe
{
    private const int Networks = 50_000;
    private const int Addresses = 20_000;
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(2);

    /// <summary>Near 2^32 over the golden ratio: its multiples are spread evenly, and are the same ones each time.</summary>
    private const uint Step = 2_654_435_761;

    /// <exception cref="InvalidDatabaseException">Some of it cannot be read, or says what cannot be.</exception>
    public static void Check(GeoDatabase database)
    {
        // Its ranges were all looked at when it was opened.
        if (database is AsDatabase)
            return;
        var (read, strange) = (0, 0);
        var since = Stopwatch.GetTimestamp();
        try
        {
            foreach (var address in Some(database.File))
            {
                var place = database.Add(new Place(NetworkAddress.From(address)), address);
                if (place.Country.Length > 0)
                    read++;
                if (place.Country.Length > 0 && Countries.IndexOf(place.Country) < 0)
                    strange++;
                if (Stopwatch.GetElapsedTime(since) > Enough)
                    break;
            }
        }
        catch (Exception damaged) when (damaged is not InvalidDatabaseException)
        {
            throw new InvalidDatabaseException($"it is damaged: {damaged.Message}", damaged);
        }
        if (strange * 20 > read && strange > 5)
            throw new InvalidDatabaseException(FormattableString.Invariant($"it is damaged: {strange} of {read} countries in it do not exist"));
    }

    private static IEnumerable<IPAddress> Some(string file)
    {
        using (var reader = new Reader(file, FileAccessMode.Memory))
        {
            foreach (var network in reader.FindAll<Dictionary<string, object>>(cacheSize: 1).Take(Networks))
                yield return network.Start;
        }
        for (var i = 0u; i < Addresses; i++)
        {
            var bytes = new byte[16];
            // Every fourth an IPv6 address of those that are given out.
            var six = i % 4 == 3;
            BinaryPrimitives.WriteUInt32BigEndian(bytes, six ? 0x2000_0000 | ((i * Step) >> 3) : i * Step);
            yield return new IPAddress(six ? bytes : bytes[..4]);
        }
    }
}
