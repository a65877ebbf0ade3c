using Guard.Actors.Policies;
using Guard.Actors.Users;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Guard.Messages.Users;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>Amounts of one account's day, one site's minute, or one country's hour.</summary>
internal sealed class Amounts
{
    public long Logins { get; set; }

    public long Failures { get; set; }

    public long Mails { get; set; }

    public long Recipients { get; set; }

    /// <summary>Mails refused; of minutes also refused logins.</summary>
    public long Refused { get; set; }

    /// <summary>Rises of a reaction; of countries blocked addresses.</summary>
    public long Other { get; set; }
}

/// <summary>What is known of an account after its last write.</summary>
/// <param name="Number">Of that write in the account's own journal.</param>
/// <param name="Country">Of the last use that was let in; empty when this change holds none.</param>
internal sealed record AccountChange(
    long Number,
    SiteId Site,
    Rung Rung,
    long Until,
    double Score,
    long FirstSeen,
    long LastSeen,
    string Country,
    string Address,
    UserTotals Totals
);

/// <summary>Something that an account's time line and incidents are made of.</summary>
/// <param name="Number">Of the write that it belongs to, in the account's own journal; 0 where an account tells what it remembers.</param>
internal sealed record NotableChange(UserId User, SiteId Site, UserEvent Event, long Number);

/// <summary>
/// What happened since the last write to the database, put together: many logins of an account are one row. So it stays small however fast things happen; what
/// would make it grow beyond its bounds is left out and counted.
/// </summary>
internal sealed class RecordsBuffer
{
    public const int MaxKeys = 200_000;
    public const int MaxNotable = 20_000;

    public Dictionary<UserId, AccountChange> Accounts { get; } = [];

    public Dictionary<(UserId User, long Day), Amounts> Days { get; } = [];

    /// <summary>The highest score of an account's day, where it was notable.</summary>
    public Dictionary<(UserId User, long Day), double> Peaks { get; } = [];

    public Dictionary<(long Minute, SiteId Site), Amounts> Minutes { get; } = [];

    public Dictionary<(long Hour, SiteId Site, string Country), Amounts> Countries { get; } = [];

    public List<NotableChange> Notable { get; } = [];

    /// <summary>What was left out.</summary>
    public long Left { get; private set; }

    /// <summary>Accounts of which nothing from before may stay.</summary>
    public HashSet<UserId> ForgottenUsers { get; } = [];

    public bool IsEmpty => Accounts.Count == 0 && Notable.Count == 0 && ForgottenUsers.Count == 0;

    public void Note(SiteId site, UserEventBatch batch, long number, UserState state)
    {
        var (country, address) = ("", "");
        foreach (var change in batch.Events)
        {
            switch (change)
            {
                case ObservationJudged judged when !judged.Judgement.HasFlag(Judgement.Repeated):
                    Count(batch.User, site, judged);
                    if (LetIn(judged))
                        (country, address) = (judged.Observation.Place.Country, judged.Observation.Place.Address.ToString());
                    break;
                case ReactionChanged changed:
                    if (changed.To > changed.From && Of(Minutes, (changed.At.ToUnixTimeSeconds() / 60, site)) is { } minute)
                        minute.Other++;
                    Remember(batch.User, site, change, number);
                    break;
                case AddressBlockOrdered block:
                    if (Of(Countries, (block.At.ToUnixTimeSeconds() / 3600, site, CountryOf(batch, block))) is { } hour)
                        hour.Other++;
                    Remember(batch.User, site, change, number);
                    break;
                case Forgotten:
                    Forget(batch.User);
                    (country, address) = ("", "");
                    break;
                case ReactionProlonged or AlarmRaised or Absolved or ExceptionPlanned or ExceptionWithdrawn or FeedbackGiven:
                    Remember(batch.User, site, change, number);
                    break;
            }
        }
        // What was done because it was forgotten, is confirmed later than it was erased.
        if (state.IsForgotten)
            return;
        if (country.Length == 0 && Accounts.TryGetValue(batch.User, out var known))
            (country, address) = (known.Country, known.Address);
        if (Accounts.Count < MaxKeys || Accounts.ContainsKey(batch.User))
            Accounts[batch.User] = new AccountChange(
                number,
                site,
                state.Reaction.Rung,
                state.Reaction.Until,
                state.Reaction.Rung == Rung.Normal ? state.LastScore : state.Reaction.Score,
                state.FirstSeen,
                state.LastSeen,
                country,
                address,
                state.Totals
            );
        else
            Left++;
    }

    private void Forget(UserId user)
    {
        ForgottenUsers.Add(user);
        Accounts.Remove(user);
        foreach (var key in Days.Keys.Where(key => key.User == user).ToArray())
            Days.Remove(key);
        foreach (var key in Peaks.Keys.Where(key => key.User == user).ToArray())
            Peaks.Remove(key);
        Notable.RemoveAll(change => change.User == user);
    }

    private void Count(UserId user, SiteId site, ObservationJudged judged)
    {
        var second = judged.At.ToUnixTimeSeconds();
        if (judged.Score >= WrongAlarms.Least)
            NotePeak((user, second / 86400), judged.Score);
        var refused = judged.Judgement.HasFlag(Judgement.Refused);
        var day = Of(Days, (user, second / 86400));
        var minute = Of(Minutes, (second / 60, site));
        var country = Of(Countries, (second / 3600, site, judged.Observation.Place.Country));
        foreach (var amounts in (ReadOnlySpan<Amounts?>)[day, minute, country])
        {
            if (amounts is null)
            {
                Left++;
                continue;
            }
            switch (judged.Observation)
            {
                case Login { Outcome: LoginOutcome.Succeeded }:
                    amounts.Logins++;
                    if (refused && amounts == minute)
                        amounts.Refused++;
                    break;
                case Login:
                    amounts.Failures++;
                    break;
                case Submission submission when refused:
                    amounts.Refused += submission.Further ? 0 : 1;
                    break;
                case Submission submission:
                    amounts.Mails += submission.Further ? 0 : 1;
                    amounts.Recipients += submission.Recipients;
                    break;
            }
        }
    }

    private void NotePeak((UserId User, long Day) key, double score)
    {
        if (Peaks.TryGetValue(key, out var known))
            Peaks[key] = Math.Max(known, score);
        else if (Peaks.Count < MaxKeys)
            Peaks[key] = score;
        else
            Left++;
    }

    private static bool LetIn(ObservationJudged judged) =>
        !judged.Judgement.HasFlag(Judgement.Refused)
        && !judged.Observation.Place.Address.IsNone
        && judged.Observation is Submission or Login { Outcome: LoginOutcome.Succeeded };

    /// <summary>The order to block has no country; the observation that led to it has.</summary>
    private static string CountryOf(UserEventBatch batch, AddressBlockOrdered block)
    {
        foreach (var change in batch.Events)
        {
            if (
                change is ObservationJudged judged
                && (judged.Observation.Place.Address == block.Address || Same64(judged.Observation.Place.Address, block.Address))
            )
                return judged.Observation.Place.Country;
        }
        return "";
    }

    private static bool Same64(Guard.Messages.Places.NetworkAddress one, Guard.Messages.Places.NetworkAddress other) =>
        one.IsIPv6 && other.IsIPv6 && one.Prefix(64) == other.Prefix(64);

    private void Remember(UserId user, SiteId site, UserEvent change, long number)
    {
        if (Notable.Count < MaxNotable)
            Notable.Add(new NotableChange(user, site, change, number));
        else
            Left++;
    }

    private static Amounts? Of<TKey>(Dictionary<TKey, Amounts> table, TKey key)
        where TKey : notnull
    {
        if (table.TryGetValue(key, out var amounts))
            return amounts;
        if (table.Count >= MaxKeys)
            return null;
        return table[key] = new Amounts();
    }
}
