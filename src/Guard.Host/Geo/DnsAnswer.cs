using System.Net;
using DnsClient;
using DnsClient.Protocol;
using Guard.Host.Configuration;
using Guard.Messages.Places;

namespace Guard.Host.Geo;

/// <summary>What a list in the DNS says of an address (RFC 5782).</summary>
/// <param name="Bits">What it weighs; 0 when the address is not listed.</param>
/// <param name="Lasts">How long it may be kept.</param>
/// <param name="Problem">Why it is no answer about the address; empty when it is one.</param>
public readonly record struct DnsAnswer(double Bits, TimeSpan Lasts, string Problem)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);
    private static readonly TimeSpan Unsaid = TimeSpan.FromMinutes(15);

    /// <summary>The name that is asked: octets or nibbles of the address backwards, before the zone.</summary>
    /// <param name="zone">With its key, without a dot at the end.</param>
    public static string NameOf(NetworkAddress address, string zone)
    {
        var bytes = address.ToBytes();
        Array.Reverse(bytes);
        var labels = address.IsIPv4 ? bytes.Select(octet => $"{octet}") : bytes.Select(octet => $"{octet & 15:x}.{octet >> 4:x}");
        return $"{string.Join('.', labels)}.{zone}.";
    }

    /// <summary>Reads what a resolver sent.</summary>
    /// <param name="list">Which answers count.</param>
    public static DnsAnswer Of(IDnsQueryResponse response, ReputationSettings list)
    {
        var code = response.Header.ResponseCode;
        if (code == DnsHeaderResponseCode.NotExistentDomain)
            return new DnsAnswer(0, Absence(response), "");
        if (code != DnsHeaderResponseCode.NoError)
            return new DnsAnswer(0, Unsaid, $"the resolver answers {code}");
        var records = response.Answers.ARecords().ToList();
        if (records.Count == 0)
            return new DnsAnswer(0, Absence(response), "");
        var bits = 0.0;
        foreach (var record in records)
        {
            if (Refusal(record.Address) is { Length: > 0 } refusal)
                return new DnsAnswer(0, Unsaid, refusal);
            var weight = list.Answers.IsEmpty ? list.Bits : list.Answers.GetValueOrDefault(record.Address.ToString());
            bits = Math.Max(bits, weight);
        }
        return new DnsAnswer(bits, Clamp(records.Min(record => record.TimeToLive)), "");
    }

    /// <summary>Answers outside of 127.0.0.0/8 are a rewriting resolver's, 127.255.255.0/24 are the list's own complaints, and 127.0.0.1 lists nobody.</summary>
    private static string Refusal(IPAddress answer)
    {
        var bytes = answer.GetAddressBytes();
        if (bytes[0] != 127)
            return $"{answer} came for an answer, which is none of a list: does the resolver rewrite answers?";
        if (bytes is [127, 255, 255, _])
            return answer.ToString() switch
            {
                "127.255.255.252" => "127.255.255.252 came for an answer: the zone's name is wrong",
                "127.255.255.254" => "127.255.255.254 came for an answer: the list does not serve public resolvers",
                "127.255.255.255" => "127.255.255.255 came for an answer: the list is asked too much",
                var other => $"{other} came for an answer: the list refuses to serve",
            };
        return bytes is [127, 0, 0, 1] ? "127.0.0.1 came for an answer, which lists nobody" : "";
    }

    /// <summary>How long a name's absence may be kept (RFC 2308).</summary>
    private static TimeSpan Absence(IDnsQueryResponse response) =>
        response.Authorities.OfType<SoaRecord>().FirstOrDefault() is { } authority
            ? Clamp((int)Math.Min(int.MaxValue, Math.Min((uint)authority.TimeToLive, authority.Minimum)))
            : Unsaid;

    private static TimeSpan Clamp(int seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, Shortest.TotalSeconds, Longest.TotalSeconds));
}
