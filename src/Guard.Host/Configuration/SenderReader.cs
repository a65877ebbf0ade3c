using System.Collections.Immutable;
using System.Globalization;
using Guard.Actors.Policies.Geography;

namespace Guard.Host.Configuration;

/// <summary>Reads <c>senders</c>: who hands in mail without a login.</summary>
internal static class SenderReader
{
    public static ImmutableArray<SenderSettings> Read(NodeReader reader)
    {
        var senders = ImmutableArray.CreateBuilder<SenderSettings>();
        foreach (var name in reader.Keys.ToArray())
            senders.Add(Sender(name, reader.Section(name)));
        reader.Close();
        Contradictions(reader, senders);
        return senders.ToImmutable();
    }

    private static SenderSettings Sender(string name, NodeReader reader)
    {
        var networks = Networks(reader);
        var uids = Uids(reader);
        var users = reader.Words("users", []);
        var judged = reader.Switch("judged", true);
        var account = reader.Text("account", "");
        if (networks.IsEmpty && uids.IsEmpty && users.IsEmpty)
            reader.Fault("networks", "is missing", "networks, uids or users by which the sender is known");
        if (judged && (account.Length == 0 || account.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)) || account.Count(c => c == '@') > 1))
            reader.Fault(
                "account",
                account.Length == 0 ? "is missing" : $"'{account}' is not an account",
                "an account such as scan@example.com, or judged = off"
            );
        if (!judged && account.Length > 0)
            reader.Fault("account", "has no use with judged = off", "one of the two");
        reader.Close();
        return new SenderSettings(name, networks, uids, users, account, judged);
    }

    private static ImmutableArray<NetworkPrefix> Networks(NodeReader reader)
    {
        var networks = ImmutableArray.CreateBuilder<NetworkPrefix>();
        foreach (var word in reader.WordNodes("networks"))
        {
            if (NetworkPrefix.TryParse(word.Text!, out var prefix))
                networks.Add(prefix);
            else
                reader.Fault("networks", $"'{word.Text}' is not a network", "networks such as 192.0.2.0/24, 2001:db8::/32 or an address");
        }
        return networks.ToImmutable();
    }

    private static ImmutableArray<int> Uids(NodeReader reader)
    {
        var uids = ImmutableArray.CreateBuilder<int>();
        foreach (var word in reader.WordNodes("uids"))
        {
            if (int.TryParse(word.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var uid))
                uids.Add(uid);
            else
                reader.Fault("uids", $"'{word.Text}' is not a user's number", "numbers such as 5004");
        }
        return uids.ToImmutable();
    }

    /// <summary>A user or number is one sender's: of networks the narrowest counts.</summary>
    private static void Contradictions(NodeReader reader, IEnumerable<SenderSettings> senders)
    {
        var taken = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var sender in senders)
        {
            foreach (
                var mark in sender
                    .Uids.Select(uid => $"uid {uid}")
                    .Concat(sender.Users.Select(user => $"user {user}"))
                    .Concat(sender.Networks.Select(network => $"network {network}"))
            )
            {
                if (!taken.TryAdd(mark, sender.Name))
                    reader.Fault(sender.Name, $"{mark} belongs to {taken[mark]} too", "each to one sender");
            }
        }
    }
}
