using System.Collections.Immutable;
using System.Diagnostics;
using Guard.Actors.Policies.Geography;
using Guard.Host.Archive;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Users;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>Who used a network, read from this node's archive, the newest days first, for as long as somebody waits.</summary>
internal static class AddressUse
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <param name="site">Only accounts of one site; null for all.</param>
    public static (ImmutableArray<AddressAccount> Accounts, DateOnly? Since, bool Complete) Read(
        ArchiveReader archive,
        NetworkPrefix network,
        SiteId? site,
        Func<UserId, SiteId, bool> reaches,
        CancellationToken cancel
    )
    {
        var clock = Stopwatch.StartNew();
        var found = new Dictionary<UserId, AddressAccount>();
        DateOnly? since = null;
        archive.Flush(site);
        foreach (var day in archive.Days.Reverse())
        {
            foreach (var item in archive.Read(day, site, null, cancel))
            {
                if (clock.Elapsed > Patience)
                    return (Sorted(found.Values), since, false);
                if (item.Batch is not { } batch || !reaches(batch.User, item.Site))
                    continue;
                foreach (var change in batch.Events)
                {
                    if (change is ObservationJudged judged && network.Contains(judged.Observation.Place.Address))
                        found[batch.User] = Add(found.GetValueOrDefault(batch.User) ?? Unused(batch.User, item.Site), judged);
                }
            }
            since = day;
        }
        return (Sorted(found.Values), since, true);
    }

    private static AddressAccount Unused(UserId user, SiteId site) => new(user, site, 0, 0, 0, 0, 0, DateTimeOffset.MaxValue, DateTimeOffset.MinValue);

    private static AddressAccount Add(AddressAccount account, ObservationJudged judged)
    {
        var refused = judged.Judgement.HasFlag(Judgement.Refused) ? 1 : 0;
        var strange = judged.Judgement.HasFlag(Judgement.Strange) ? 1 : 0;
        var (logins, failures, mails) = judged.Observation switch
        {
            Login { Outcome: LoginOutcome.Succeeded } => (1, 0, 0),
            Login => (0, 1, 0),
            Submission { Further: false } => (0, 0, 1),
            _ => (0, 0, 0),
        };
        return account with
        {
            Logins = account.Logins + logins,
            Failures = account.Failures + failures,
            Mails = account.Mails + mails,
            Stopped = account.Stopped + refused,
            Strange = account.Strange + strange,
            FirstSeen = judged.At < account.FirstSeen ? judged.At : account.FirstSeen,
            LastSeen = judged.At > account.LastSeen ? judged.At : account.LastSeen,
        };
    }

    private static ImmutableArray<AddressAccount> Sorted(IEnumerable<AddressAccount> accounts) =>
        [.. accounts.OrderByDescending(account => account.LastSeen).ThenBy(account => account.User.Value, StringComparer.Ordinal)];
}
