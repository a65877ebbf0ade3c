using Guard.Actors.Entities;
using Guard.Actors.Tests.History.Checking;
using Guard.Actors.Tests.History.Simulation;
using Guard.Actors.Users;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Users;

namespace Guard.Actors.Tests.History;

/// <summary>What must hold when a schedule is over and everything has healed.</summary>
/// <param name="isUsedUp">Nothing failed, and all that the site shares was asked for.</param>
public sealed class ScheduleEnd(
    SimulatedGuard guard,
    int limit,
    int? shared,
    IReadOnlyList<(UserId Account, IReadOnlyList<Operation<QuotaInput, QuotaOutput>> History)> asked,
    IReadOnlyList<(UserId Account, int Told, int Recipients)> logged,
    SiteId site,
    bool isUsedUp
)
{
    private readonly List<string> _faults = [];
    private readonly Akka.Serialization.Serialization _serialization = guard.System.Serialization;

    public IReadOnlyList<string> Faults()
    {
        Writers();
        var spent = 0;
        foreach (var (account, history) in asked)
        {
            if (Linearizability.Fault(new QuotaModel(limit, locks: true), history) is { } fault)
                _faults.Add($"{account}, quota {limit}: {fault}");
            if (history[^1].IsUnknown)
                _faults.Add($"{account}: nobody answered though nothing failed any more");
            spent += Account(account);
        }
        foreach (var (account, told, recipients) in logged)
        {
            spent += Account(account);
            var totals = Fold(account).Last().Totals;
            if (totals.Submissions != told || totals.Recipients != recipients)
                _faults.Add($"{account}: told of {told} mails to {recipients}, counted {totals.Submissions} to {totals.Recipients}");
        }
        if (shared is { } most && (spent > most || (isUsedUp && spent < most)))
            _faults.Add($"{site}: {spent} of {most} shared recipients were spent");
        return _faults;
    }

    /// <summary>Each number once, without gaps, and no writer that comes back after its successor wrote.</summary>
    private void Writers()
    {
        foreach (var (part, (id, rows)) in guard.World.Stores.SelectMany((store, part) => store.Rows.Select(row => (part, row))))
        {
            if (part != (JournalParts.IsParted(id) ? JournalParts.PartOf(id, guard.World.Stores.Count) : 0))
                _faults.Add($"{id}: is in journal {part}");
            if (rows.Where((row, index) => row.SequenceNr != index + 1).Any())
                _faults.Add($"{id}: its numbers have gaps");
            var writers = rows.Select(row => row.Writer)
                .Aggregate(
                    new List<string>(),
                    (seen, writer) =>
                    {
                        if (seen.Count == 0 || seen[^1] != writer)
                            seen.Add(writer);
                        return seen;
                    }
                );
            if (writers.Distinct().Count() != writers.Count)
                _faults.Add($"{id}: two writers took turns");
        }
    }

    /// <summary>The effects of an account, and what it spent.</summary>
    private int Account(UserId account)
    {
        var states = Fold(account).ToArray();
        var end = states[^1];
        var owed = states.SelectMany(state => state.Owed).DistinctBy(effect => effect.Id).ToDictionary(effect => effect.Id);
        if (!end.Owed.IsEmpty)
            _faults.Add($"{account}: still owes {string.Join(", ", end.Owed.Select(effect => $"{effect.Id} {effect.Kind}"))}");
        var done = guard.Done.Where(effect => effect.User == account).DistinctBy(effect => effect.Id).ToDictionary(effect => effect.Id);
        foreach (
            var effect in owed.Values.Where(effect =>
                (effect.Kind is EffectKind.Report or EffectKind.BlockAddress || IsToldEnd(effect)) && !done.ContainsKey(effect.Id)
            )
        )
            _faults.Add($"{account}: {effect.Kind} {effect.Id} was lost");
        foreach (
            var effect in done.Values.Where(effect =>
                !owed.TryGetValue(effect.Id, out var ordered) || (IsToldEnd(ordered) ? EffectKind.Report : ordered.Kind) != effect.Kind
            )
        )
            _faults.Add($"{account}: {effect.Kind} {effect.Id} was carried out, and never journaled");
        var orders = Read("locks-simulation").OfType<LockOrdered>().Where(order => order.User == account).Select(order => order.Effect).ToArray();
        if (orders.Distinct().Count() != orders.Length)
            _faults.Add($"{account}: one lock was ordered twice");
        if (guard.Locked.Contains(account) != end.Reaction.Rung >= Rung.Suspended)
            _faults.Add(
                $"{account}: is {end.Reaction.Rung}, and the machine has it {(guard.Locked.Contains(account) ? "locked" : "open")}: ordered {string.Join(" ", owed.Values.Where(effect => effect.Kind is EffectKind.LockAccount or EffectKind.UnlockAccount).Select(effect => $"{effect.Id}{effect.Kind}"))}; ledger {string.Join(" ", Read("locks-simulation").OfType<LockEvent>().Where(change => change.User == account).Select(change => $"{change.Effect}{change.GetType().Name}"))}"
            );
        var used = end.Quotas.Length == 0 ? 0 : end.Used(end.Quotas.First(window => window.Quota.Quota.Of == QuotaScope.User).Key, end.LastSeen / 1000);
        if (used > limit)
            _faults.Add($"{account}: used {used} of {limit}");
        return (int)used;
    }

    private static bool IsToldEnd(Effect effect) => effect is { Kind: EffectKind.NoteSite, IsEnd: true };

    /// <summary>The account's states, one for each event that the journal ever took.</summary>
    private IEnumerable<UserState> Fold(UserId account)
    {
        var state = new UserState(account);
        yield return state;
        foreach (var change in Read($"user-{account.Value}").Cast<UserEventBatch>().SelectMany(batch => batch.Events))
        {
            state = UserEvolution.Apply(state, change);
            yield return state;
        }
    }

    private IEnumerable<object> Read(string id) =>
        guard
            .World.Stores.SelectMany(store => store.Rows.GetValueOrDefault(id) ?? [])
            .Select(row => _serialization.Deserialize(row.Payload, row.Serializer, row.Manifest));
}
