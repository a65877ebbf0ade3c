using System.Collections.Immutable;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Actors.Enforcement.Reporting;

/// <summary>The outbox of reports, folded from events. Pure and bounded.</summary>
public sealed record ReportLedger
{
    public const int MaxWaiting = 5000;
    public const int MaxDead = 200;
    private const int MaxUsers = 10_000;
    private const int MaxThreads = 20_000;
    private const int MaxEffects = 32;

    private static readonly TimeSpan Memory = TimeSpan.FromDays(30);

    public static ReportLedger Empty { get; } = new();

    public ImmutableDictionary<UserId, TakenReports> Taken { get; private init; } = ImmutableDictionary<UserId, TakenReports>.Empty;

    /// <summary>What is not put together yet, in the order in which it came.</summary>
    public ImmutableList<ReportItem> Waiting { get; private init; } = [];

    /// <summary>What is being sent, and dead letters.</summary>
    public ImmutableDictionary<string, ReportDispatch> Open { get; private init; } = ImmutableDictionary<string, ReportDispatch>.Empty;

    public ImmutableDictionary<(UserId User, long Incident, string Recipient), ReportThread> Threads { get; private init; } =
        ImmutableDictionary<(UserId, long, string), ReportThread>.Empty;

    public ImmutableDictionary<string, ReportWindow> Windows { get; private init; } = ImmutableDictionary<string, ReportWindow>.Empty;

    public long Dropped { get; private init; }

    public bool Knows(Effect effect) => Taken.TryGetValue(effect.User, out var taken) && taken.Effects.Contains(effect.Id);

    /// <summary>The incident that an effect belongs to: the user's last one, unless that has been quiet for long and the account stood at normal
    /// again.</summary>
    public long IncidentOf(Effect effect, DateTimeOffset now, TimeSpan quiet) =>
        Taken.TryGetValue(effect.User, out var taken) && (effect.From != Rung.Normal || now - taken.At < quiet) ? taken.Incident : effect.Id;

    public ReportLedger Apply(ReportEvent change) =>
        change switch
        {
            ReportTaken taken => Take(taken),
            DispatchPlanned planned => Plan(planned),
            DispatchDone done => this with { Open = Open.Remove(done.Id) },
            DispatchDied died => Open.TryGetValue(died.Id, out var dispatch)
                ? this with
                {
                    Open = Bury(Open.SetItem(died.Id, dispatch with { Dead = died.Why })),
                }
                : this,
            DispatchRevived revived => Open.TryGetValue(revived.Id, out var dead)
                ? this with
                {
                    Open = Open.SetItem(revived.Id, dead with { Dead = "", At = revived.At }),
                }
                : this,
            ReportsForgotten forgotten => Forget(forgotten.User),
            _ => throw new InvalidOperationException($"unknown event of the reports {change.GetType().Name}"),
        };

    private ReportLedger Forget(UserId user) =>
        this with
        {
            Taken = Taken.Remove(user),
            Waiting = Waiting.RemoveAll(item => item.Effect.User == user),
            Open = Open
                .Values.Select(dispatch => dispatch with { Items = dispatch.Items.RemoveAll(item => item.Effect.User == user) })
                .Where(dispatch => !dispatch.Items.IsEmpty)
                .ToImmutableDictionary(dispatch => dispatch.Id),
            Threads = Threads.RemoveRange(Threads.Keys.Where(key => key.User == user)),
            Windows = Windows.Remove(user.Value),
        };

    private ReportLedger Take(ReportTaken taken)
    {
        var user = taken.Effect.User;
        var effects = Taken.TryGetValue(user, out var known) ? known.Effects : [];
        effects = (effects.Length >= MaxEffects ? effects.RemoveAt(0) : effects).Add(taken.Effect.Id);
        var users =
            Taken.Count < MaxUsers || known is not null
                ? Taken
                : Taken.RemoveRange(Taken.Values.OrderBy(one => one.At).Take(MaxUsers / 10).Select(one => one.User));
        var waiting = Waiting.AddRange(taken.Targets.Select(target => new ReportItem(taken.Effect, target, taken.Incident)));
        var excess = Math.Max(0, waiting.Count - MaxWaiting);
        return this with
        {
            Taken = users.SetItem(user, new TakenReports(user, effects, taken.Incident, taken.At)),
            Waiting = waiting.RemoveRange(0, excess),
            Dropped = Dropped + excess,
        };
    }

    private ReportLedger Plan(DispatchPlanned planned)
    {
        var keys = planned.Items.ToHashSet();
        var items = Waiting
            .Where(item =>
                item.Target.Channel == planned.Target.Channel
                && item.Target.Recipient == planned.Target.Recipient
                && keys.Contains((item.Effect.User, item.Effect.Id))
            )
            .GroupBy(item => (item.Effect.User, item.Effect.Id))
            .Select(group => group.First())
            .ToImmutableArray();
        var thread = Threads.GetValueOrDefault(
            (items.IsEmpty ? default : items[0].Effect.User, items.IsEmpty ? 0 : items[0].Incident, planned.Target.Recipient)
        );
        var isThread = planned.Target.Channel == ReportChannel.Mail && !planned.Digest && thread is not null;
        var dispatch = new ReportDispatch(
            planned.Id,
            planned.At,
            planned.Target,
            items,
            planned.Digest,
            isThread ? thread!.Root : planned.Id,
            isThread ? thread!.Last : "",
            ""
        );
        var taken = items.ToHashSet();
        var next = this with { Waiting = Waiting.RemoveAll(taken.Contains), Open = items.IsEmpty ? Open : Open.SetItem(planned.Id, dispatch) };
        return planned.Target.Channel == ReportChannel.Mail ? next.Told(planned, items) : next;
    }

    /// <summary>Notes what a recipient knows of each incident, and how much was sent to them.</summary>
    private ReportLedger Told(DispatchPlanned planned, ImmutableArray<ReportItem> items)
    {
        var recipient = planned.Target.Recipient;
        var window = Windows.GetValueOrDefault(recipient);
        window =
            window is null || planned.At - window.Since >= ReportPlanner.Hour
                ? new ReportWindow(recipient, planned.At, 1)
                : window with
                {
                    Count = window.Count + 1,
                };
        var threads =
            Threads.Count < MaxThreads ? Threads : Threads.RemoveRange(Threads.OrderBy(one => one.Value.At).Take(MaxThreads / 10).Select(one => one.Key));
        foreach (var incident in items.GroupBy(item => (item.Effect.User, item.Incident)))
        {
            var key = (incident.Key.User, incident.Key.Incident, recipient);
            var step = incident.Select(item => item.Effect).Where(effect => effect.From != effect.To).MaxBy(effect => effect.Id);
            var highest = incident.Max(item => item.Effect.To);
            var known = threads.GetValueOrDefault(key);
            // Who was told of the end is told of the next step up at once, like of the first.
            highest =
                step is { IsEnd: true } ? step.To
                : known is not null && known.Highest > highest ? known.Highest
                : highest;
            threads = threads.SetItem(
                key,
                known is not null
                    ? known with
                    {
                        Last = planned.Id,
                        At = planned.At,
                        Highest = highest,
                    }
                    : new ReportThread(incident.Key.User, incident.Key.Incident, recipient, planned.Id, planned.Id, planned.At, highest)
            );
        }
        return this with { Windows = Windows.SetItem(recipient, window), Threads = threads };
    }

    private static ImmutableDictionary<string, ReportDispatch> Bury(ImmutableDictionary<string, ReportDispatch> open)
    {
        var dead = open.Values.Where(dispatch => dispatch.Dead.Length > 0).OrderBy(dispatch => dispatch.At).ToArray();
        return dead.Length <= MaxDead ? open : open.RemoveRange(dead.Take(dead.Length - MaxDead).Select(dispatch => dispatch.Id));
    }

    /// <summary>Without what is of no use any more; part of each snapshot.</summary>
    public ReportSnapshot ToSnapshot(DateTimeOffset now) =>
        new(
            [.. Taken.Values.Where(taken => now - taken.At < Memory)],
            [.. Waiting],
            [.. Open.Values],
            [.. Threads.Values.Where(thread => now - thread.At < Memory)],
            [.. Windows.Values.Where(window => now - window.Since < 2 * ReportPlanner.Hour)],
            Dropped
        );

    public static ReportLedger Of(ReportSnapshot snapshot) =>
        new()
        {
            Taken = snapshot.Taken.ToImmutableDictionary(taken => taken.User),
            Waiting = [.. snapshot.Waiting],
            Open = snapshot.Open.ToImmutableDictionary(dispatch => dispatch.Id),
            Threads = snapshot.Threads.ToImmutableDictionary(thread => (thread.User, thread.Incident, thread.Recipient)),
            Windows = snapshot.Windows.ToImmutableDictionary(window => window.Recipient),
            Dropped = snapshot.Dropped,
        };
}
