using System.Collections.Immutable;
using Guard.Actors.Behaviour;
using Guard.Actors.Policies;
using Guard.Actors.Reactions;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Guard.Messages.Users;

namespace Guard.Actors.Users;

/// <summary>Describes a user's state for people. Pure.</summary>
public static class UserDescription
{
    public static UserStatus Of(
        UserState state,
        SiteId site,
        GuardPolicy policy,
        Rung siteRung,
        DateTimeOffset now,
        ImmutableArray<PlannedException> sitePlanned = default
    )
    {
        // What is usual fades by the account's own time, not by how long nobody asked.
        var second = state.LastSeen == 0 ? now.ToUnixTimeSeconds() : state.LastSeen / 1000;
        var day = (int)(second / 86400);
        var standing = state.Reaction.Rung > siteRung ? state.Reaction.Rung : siteRung;
        var compiled = PolicyCompiler.Compile(policy);
        var next = ReactionLadder.Next(state.Reaction.Rung, policy.Reactions);
        return new UserStatus(
            state.User,
            site,
            state.IsKnown,
            Time(state.FirstSeen),
            Time(state.LastSeen),
            Math.Round(state.Baseline.DaysKnown(day), 1),
            state.IsLearning(policy.Learning, second * 1000),
            state.Reaction.Rung,
            siteRung,
            state.Reaction.UntilTime,
            state.Reaction.Rung == Rung.Normal ? state.LastScore : state.Reaction.Score,
            state.Reaction.Reasons,
            state.Totals,
            Familiar(state.Baseline, day),
            Rates(state.Baseline, second),
            [
                .. compiled.UserQuotas.Select(quota => new QuotaItem(
                    quota.Describe(QuotaLimits.Limit(quota, standing, policy.Reactions)),
                    state.QuotaUse.Count(quota, second * 1000),
                    QuotaLimits.Limit(quota, standing, policy.Reactions)
                )),
            ],
            [
                .. state.History.Select(past => new PastReaction(
                    Time(past.At)!.Value,
                    past.From,
                    past.To,
                    Time(past.Until),
                    past.Score,
                    past.Address,
                    past.Country,
                    past.Reasons
                )
                {
                    By = past.By,
                }),
            ],
            policy.Mode
        )
        {
            NextRung = next?.Rung,
            NextScore = next?.Score ?? 0,
            Week = [.. state.Baseline.Week.Counts()],
            Bands = Bands(state.Baseline),
            FailedRecipients = Failed(state.Baseline.FailedRecipients, second),
            Planned = [.. Planned(state.Planned.Items, now, false), .. Planned(sitePlanned.IsDefault ? [] : sitePlanned, now, true)],
            Grade = LockReach.Of(state.Reaction, siteRung, policy.Reactions),
        };
    }

    private static FailedShare Failed(FailedRecipients failed, long second)
    {
        var (_, share, usual) = failed.Surprise(second);
        return new FailedShare(Math.Round(share, 3), Math.Round(usual, 3), Math.Round(failed.Known(second), 1));
    }

    /// <summary>What is not over yet.</summary>
    public static IEnumerable<PlannedItem> Planned(ImmutableArray<PlannedException> planned, DateTimeOffset now, bool ofSite) =>
        planned.Where(one => one.Until > now).Select(one => new PlannedItem(one, ofSite));

    private static DateTimeOffset? Time(long milliseconds) => milliseconds == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static ImmutableArray<FamiliarItem> Familiar(Baseline baseline, int day)
    {
        var items = ImmutableArray.CreateBuilder<FamiliarItem>();
        Add(baseline.Countries, "country", PlaceKeys.CountryName);
        Add(baseline.NarrowNetworks, "network", PlaceKeys.NarrowName);
        Add(baseline.AutonomousSystems, "provider", key => $"AS{key}");
        Add(baseline.Services, "service", key => ((Service)(key - 1)).ToString().ToLowerInvariant());
        foreach (var entry in baseline.Probation.Entries)
            items.Add(
                new FamiliarItem(
                    entry.Hostile ? "hostile" : "probation",
                    $"{PlaceKeys.CountryName(entry.Country)} {PlaceKeys.NarrowName(entry.Narrow)}".Trim(),
                    0,
                    DateTimeOffset.FromUnixTimeSeconds(entry.LastHour * 3600L)
                )
            );
        return items.ToImmutable();

        void Add(FamiliarityTable table, string kind, Func<ulong, string> name)
        {
            foreach (var entry in table.Entries.ToArray().OrderByDescending(entry => FamiliarityTable.Faded(entry, day)))
                items.Add(
                    new FamiliarItem(
                        kind,
                        name(entry.Key),
                        Math.Round(FamiliarityTable.Faded(entry, day), 1),
                        DateTimeOffset.FromUnixTimeSeconds(entry.Day * 86400L)
                    )
                );
        }
    }

    private static ImmutableArray<DayBand> Bands(Baseline baseline)
    {
        const int DayScale = 2;
        return
        [
            Band("logins", baseline.Logins, EvidenceScale.LoginPriors[DayScale]),
            Band("mails", baseline.Mails, EvidenceScale.MailPriors[DayScale]),
            Band("recipients", baseline.Recipients, EvidenceScale.RecipientPriors[DayScale]),
        ];

        static DayBand Band(string measure, RateHistory rates, double prior) =>
            new(
                measure,
                Math.Round(rates.Quantile(DayScale, prior, 0.95), 1),
                Math.Round(rates.Usual(DayScale, prior), 1),
                Math.Round(rates.Quantile(DayScale, prior, 0.01), 1)
            );
    }

    private static ImmutableArray<RateItem> Rates(Baseline baseline, long second)
    {
        var items = ImmutableArray.CreateBuilder<RateItem>();
        Add("logins", baseline.Logins, EvidenceScale.LoginPriors);
        Add("mails", baseline.Mails, EvidenceScale.MailPriors);
        Add("recipients", baseline.Recipients, EvidenceScale.RecipientPriors);
        return items.ToImmutable();

        void Add(string measure, RateHistory rates, ReadOnlySpan<double> priors)
        {
            for (var scale = 0; scale < RateHistory.Scales.Length; scale++)
            {
                items.Add(
                    new RateItem(
                        measure,
                        RateHistory.ScaleName(scale),
                        Math.Round(rates.Amount(scale, second), 1),
                        Math.Round(rates.Usual(scale, priors[scale]), 1),
                        Math.Round(rates.Cells[scale].Windows, 1)
                    )
                );
            }
        }
    }
}
