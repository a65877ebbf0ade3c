using CsCheck;
using Guard.Actors.Policies;
using Guard.Actors.Serialization;
using Guard.Actors.Sites;
using Guard.Actors.Users;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Actors.Tests.Feedback;

public sealed class PlannedExceptionProperties
{
    private static readonly DateTimeOffset Start = Account.Start;

    /// <summary>Periods in hours, and what is sent at which minute.</summary>
    private static readonly Gen<((int From, int Length, int Recipients)[] Planned, (int Minute, int Recipients)[] Sent)> Stories = Gen.Select(
        Gen.Select(Gen.Int[0, 40], Gen.Int[1, 30], Gen.Int[0, 300]).Array[1, 4],
        Gen.Select(Gen.Int[0, 90 * 60], Gen.Int[1, 60]).Array[1, 60]
    );

    [Fact]
    public void An_exception_never_covers_outside_its_period_nor_more_than_was_planned() =>
        Stories.Sample(story =>
        {
            var account = new Account();
            foreach (var (from, length, recipients) in story.Planned)
                account.Told(
                    UserAdministration
                        .Plan(account.State, Start, new PlannedException(0, Start.AddHours(from), Start.AddHours(from + length), "GB", recipients, ""))
                        .Events
                );
            var all = account.State.Planned.Items;
            var covered = all.ToDictionary(planned => planned.Id, _ => 0);
            foreach (var (minute, recipients) in story.Sent.OrderBy(sent => sent.Minute))
            {
                var at = Start.AddMinutes(minute);
                account.Send(at, "GB", recipients);
                var judged = account.Events.OfType<ObservationJudged>().Last();
                Assert.DoesNotContain(account.State.Planned.Items, planned => planned.Until <= at);
                if (judged.Planned == 0)
                    continue;
                var by = all.Single(planned => planned.Id == judged.Planned);
                Assert.True(by.HoldsAt(at));
                covered[by.Id] += recipients;
                Assert.True(covered[by.Id] <= by.Recipients);
                Assert.False(account.Refused);
            }
        });

    [Fact]
    public void What_is_planned_survives_the_wire_and_changes_nothing_elsewhere() =>
        Stories.Sample(
            story =>
            {
                var account = new Account().KnownFor(3);
                foreach (var (from, length, recipients) in story.Planned)
                    account.Planned(Start.AddDays(4).AddHours(from), Start.AddDays(4).AddHours(from + length), "ES, !PT", recipients);
                foreach (var (minute, recipients) in story.Sent.OrderBy(sent => sent.Minute))
                    account.Send(Start.AddDays(4).AddMinutes(minute), "GB", recipients);
                var batch = GuardManifests.All.Single(one => one.Type == typeof(UserEventBatch));
                var read = (UserEventBatch)
                    batch.Read(Google.Protobuf.MessageExtensions.ToByteArray(batch.Write(new UserEventBatch(account.State.User, [.. account.Events]))));
                var folded = UserEvolution.Apply(new UserState(account.State.User), read);
                Assert.Equal(account.State.Planned.Items, folded.Planned.Items);
                var snapshot = GuardManifests.All.Single(one => one.Type == typeof(UserState));
                var restored = (UserState)snapshot.Read(Google.Protobuf.MessageExtensions.ToByteArray(snapshot.Write(account.State)));
                Assert.Equal(
                    (account.State.Planned.Last, account.State.Planned.Items.ToArray()),
                    (restored.Planned.Last, restored.Planned.Items.ToArray()),
                    (a, b) => a.Last == b.Last && a.Item2.SequenceEqual(b.Item2)
                );
            },
            iter: 30
        );

    [Fact]
    public void All_accounts_of_a_site_together_never_send_more_than_was_planned_for_it() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[1, 80])
            .Array[1, 120]
            .Sample(steps =>
            {
                var site = new SiteState(new SiteId("example.com"));
                var policy = new EffectivePolicy(GuardPolicy.Default);
                foreach (var change in SiteDecider.Plan(site, Start, new PlannedException(0, Start, Start.AddDays(2), "", 1000, "letter")).Events)
                    site = SiteEvolution.Apply(site, change);
                var users = Enumerable.Range(0, 6).Select(number => new UserState(new UserId($"{number}@example.com"))).ToArray();
                var (covered, request) = (0, 0);
                foreach (var (number, recipients) in steps)
                {
                    var at = Start.AddMinutes(++request * 3);
                    var terms = UserTerms.Of(GuardPolicy.Default, GuardPolicy.Default, Rung.Normal, null, site.Planned.Items);
                    var submission = new Submission(users[number].User, at, Account.In("GB"), ObservationOrigin.None, recipients, 0, "");
                    var needs = UserDecider.SiteNeeds(users[number], submission, terms);
                    var spares = !needs.IsEmpty && !Lease(number, needs, true);
                    if (spares)
                        Lease(number, needs, false);
                    var before = covered + Enumerable.Range(0, 6).Sum(other => users[other].Slice.Of("planned/1"));
                    var verdict = UserDecider.Decide(users[number], submission, terms);
                    foreach (var change in verdict.Events)
                    {
                        users[number] = UserEvolution.Apply(users[number], change);
                        if (change is ObservationJudged { Planned: -1 })
                            covered += recipients;
                        else if (change is ObservationJudged)
                            Assert.True(spares || before + recipients > 1000, "not covered although there was room");
                    }
                    Assert.True(covered <= 1000);
                    Assert.True(site.Planned.Items.Single().Used <= 1000);

                    // False when others must give back first; they do.
                    bool Lease(int asker, System.Collections.Immutable.ImmutableArray<SliceAmount> wanted, bool mayRecall)
                    {
                        var user = users[asker];
                        var outcome = SiteDecider.Request(
                            site,
                            new SiteCommands.RequestLease(site.Site, user.User, $"r{request}{mayRecall}", at, wanted, user.Slice.LeaseId, user.Slice.Left),
                            policy,
                            true,
                            mayRecall
                        );
                        if (outcome.Granted is not { } granted)
                        {
                            foreach (var holder in outcome.Recall)
                            {
                                var index = Array.FindIndex(users, one => one.User == holder);
                                var slice = users[index].Slice;
                                users[index] = UserEvolution.Apply(users[index], new SliceGivenBack(at, slice.LeaseId));
                                foreach (
                                    var change in SiteDecider.Return(site, new SiteCommands.ReturnLease(site.Site, holder, slice.LeaseId, slice.Left, false))
                                )
                                    site = SiteEvolution.Apply(site, change);
                            }
                            return false;
                        }
                        foreach (var change in outcome.Events)
                            site = SiteEvolution.Apply(site, change);
                        users[asker] = UserEvolution.Apply(
                            user,
                            new SliceTaken(
                                granted.Expires == 0 ? at : DateTimeOffset.FromUnixTimeMilliseconds(granted.Expires),
                                granted.LeaseId,
                                DateTimeOffset.FromUnixTimeMilliseconds(granted.Expires),
                                granted.Amounts
                            )
                        );
                        return true;
                    }
                }
            });
}
