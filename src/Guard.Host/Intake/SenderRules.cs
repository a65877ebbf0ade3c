using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Guard.Host.Configuration;
using Guard.Messages.Places;

namespace Guard.Host.Intake;

/// <summary>Whose mail it is that came without a login.</summary>
/// <param name="Known">The configuration says something about it.</param>
/// <param name="Account">The account; empty when nothing is known, or when it is not to be judged.</param>
public readonly record struct SenderName(bool Known, string Account)
{
    /// <summary>The configuration says that this mail is not to be judged.</summary>
    public bool Exempt => Known && Account.Length == 0;
}

/// <summary>
/// Finds out whose mail it is that was handed in without a login: by the sender rules of the configuration, and for system users by their own name.
/// </summary>
public sealed class SenderRules(ImmutableArray<SenderSettings> senders, SystemUsers systemUsers)
{
    private readonly Dictionary<int, SenderSettings> _uids = senders
        .SelectMany(sender => sender.Uids.Select(uid => (uid, sender)))
        .DistinctBy(pair => pair.uid)
        .ToDictionary();

    private readonly Dictionary<string, SenderSettings> _users = senders
        .SelectMany(sender => sender.Users.Select(user => (user, sender)))
        .DistinctBy(pair => pair.user)
        .ToDictionary(StringComparer.Ordinal);

    public static SenderRules None { get; } = new([], SystemUsers.None);

    public static SenderRules Of(ImmutableArray<SenderSettings> senders) => new(senders, SystemUsers.OfThisMachine());

    /// <summary>By the client's address; of several networks the narrowest counts.</summary>
    public SenderName OfAddress(NetworkAddress address)
    {
        SenderSettings? found = null;
        var length = -1;
        foreach (var sender in senders)
        {
            foreach (var network in sender.Networks)
            {
                if (network.Length > length && network.Contains(address))
                    (found, length) = (sender, network.Length);
            }
        }
        return found is null ? default : new SenderName(true, found.Account);
    }

    /// <summary>By the number of a system user. One whose name this machine does not know is called by the number.</summary>
    public SenderName OfUid(int uid)
    {
        if (_uids.TryGetValue(uid, out var sender))
            return new SenderName(true, sender.Account);
        return systemUsers.NameOf(uid) is { } name ? OfUser(name) : new SenderName(false, string.Create(CultureInfo.InvariantCulture, $"uid{uid}"));
    }

    /// <summary>By the name of a system user, which is an account of its own when no rule says otherwise.</summary>
    public SenderName OfUser(string user) => _users.TryGetValue(user, out var sender) ? new SenderName(true, sender.Account) : new SenderName(false, user);

    public SenderName OfUser(ReadOnlySpan<byte> user) => OfUser(Encoding.UTF8.GetString(user));
}
