using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Guard.Host.Configuration;

/// <summary>Reads <c>reputation</c>: files, feeds and zones of the DNS, each a section with its name.</summary>
/// <param name="resolve">Makes a file's path whole.</param>
/// <param name="data">Where copies of feeds are kept.</param>
internal sealed class ReputationReader(Func<string, string> resolve, string data)
{
    private const double MaxBits = 8;

    /// <summary>Spamhaus asks that an hour passes between two downloads at least; the others change no faster.</summary>
    private static readonly TimeSpan Soonest = TimeSpan.FromHours(1);

    public ImmutableArray<ReputationSettings> Read(NodeReader reader)
    {
        var lists = ImmutableArray.CreateBuilder<ReputationSettings>();
        foreach (var name in reader.Keys.ToArray())
        {
            var section = reader.Section(name);
            if (name.Length > 32 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
                reader.Fault(name, "is no name of a list", "letters, digits and hyphens, 32 at most");
            else
                lists.Add(List(name, section));
        }
        reader.Close();
        return lists.ToImmutable();
    }

    private ReputationSettings List(string name, NodeReader reader)
    {
        var (file, url, zone) = (reader.Text("file", ""), reader.Text("url", ""), reader.Text("dns", "").TrimEnd('.'));
        var given = new[] { file, url, zone }.Count(text => text.Length > 0);
        if (given != 1)
            reader.Fault("file", given == 0 ? "is missing" : "is not all that is given", "one of file, url and dns");
        var list = new ReputationSettings(name, file.Length > 0 ? resolve(file) : "", Bits(reader, "bits", 3));
        if (url.Length > 0)
            list = Feed(list, url, reader);
        else if (zone.Length > 0)
            list = ZoneOf(list, zone, reader);
        reader.Close();
        return list;
    }

    private ReputationSettings Feed(ReputationSettings list, string url, NodeReader reader)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp))
        {
            reader.Fault("url", "is not an address of the web", "such as https://www.spamhaus.org/drop/drop_v4.json");
            return list;
        }
        return list with
        {
            File = Path.Combine(data, "lists", list.Name + ".list"),
            Address = address,
            RenewEvery = reader.Duration("renew-every", TimeSpan.FromHours(6), Soonest, TimeSpan.FromDays(30)),
        };
    }

    private ReputationSettings ZoneOf(ReputationSettings list, string zone, NodeReader reader)
    {
        // With the address' labels in front a name still has to fit into 253 characters.
        if (zone.Length > 180 || Uri.CheckHostName(zone.Replace("{key}", "key", StringComparison.Ordinal)) != UriHostNameType.Dns)
            reader.Fault("dns", $"'{zone}' is no zone", "such as {key}.authbl.dq.spamhaus.net");
        var key = new Secret(reader.Text("key", ""), resolve(reader.Text("key-file", "")));
        if (key.IsNone && zone.Contains("{key}", StringComparison.Ordinal))
            reader.Fault("key-file", "is missing", "a file that holds the key you were given");
        var servers = ImmutableArray.CreateBuilder<IPEndPoint>();
        foreach (var word in reader.Words("name-servers", []))
        {
            if (IPEndPoint.TryParse(word, out var server))
                servers.Add(server.Port == 0 ? new IPEndPoint(server.Address, 53) : server);
            else
                reader.Fault("name-servers", $"'{word}' is no address", "addresses such as 127.0.0.1 or [::1]:5353");
        }
        return list with { Zone = zone, Key = key, NameServers = servers.ToImmutable(), Answers = Answers(reader.Section("answers")) };
    }

    private static ImmutableDictionary<string, double> Answers(NodeReader reader)
    {
        var answers = ImmutableDictionary.CreateBuilder<string, double>();
        foreach (var answer in reader.Keys.ToArray())
        {
            var bits = Bits(reader, answer, 3);
            if (!IPAddress.TryParse(answer, out var address) || address.AddressFamily != AddressFamily.InterNetwork || address.GetAddressBytes()[0] != 127)
                reader.Fault(answer, "is no answer of a list", "an address such as \"127.0.0.20\"");
            else
                answers[address.ToString()] = bits;
        }
        reader.Close();
        return answers.ToImmutable();
    }

    private static double Bits(NodeReader reader, string key, double otherwise)
    {
        var score = reader.Score(key, otherwise);
        var bits = score.Bits ?? 0;
        if (score.Rate is not null)
            reader.Fault(key, "a list's weight is no rate", $"bits from 0 to {MaxBits}");
        if (bits > MaxBits)
            reader.Fault(key, "is too much for a list alone", $"bits from 0 to {MaxBits}");
        return bits;
    }
}
