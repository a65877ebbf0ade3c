using System.Collections.Immutable;
using Akka.Actor;
using Guard.Actors.Entities;
using Guard.Actors.Tests.History.Checking;
using Guard.Actors.Tests.History.Simulation;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Guard.Messages.Users;

namespace Guard.Actors.Tests.History;

/// <summary>
/// One run drawn from a seed: clients that submit, release and read, logs that tell and tell again, and faults between them. Then everything heals, and what is
/// left must be explained by what the clients saw.
/// </summary>
public sealed class FaultSchedule : IDisposable
{
    private const int Turns = 600;
    private const int Patience = 400;

    private static readonly SiteId Site = new("example.com");
    private static readonly Place Home = new(NetworkAddress.Parse("81.2.69.142"), AddressKind.Public, "GB");

    private readonly SimulatedWorld _world;
    private readonly SimulatedGuard _guard;
    private readonly Random _chance;
    private readonly int _limit;
    private readonly int? _shared;
    private readonly int _branches;
    private readonly bool _isQuiet;
    private readonly GuardPolicy _policy;
    private readonly List<string> _refused = [];
    private readonly List<AskingClient> _clients;
    private readonly LogClient[] _logs;

    /// <param name="parts">Over so many servers the journal is parted, of which one at a time may be away.</param>
    /// <param name="branches">The site shares its quota over so many branches, a number that changes meanwhile.</param>
    /// <param name="isQuiet">Nothing fails.</param>
    public FaultSchedule(int seed, bool losesAcknowledgedWrites = false, int parts = 1, int branches = 0, bool isQuiet = false)
    {
        _world = new SimulatedWorld(seed, parts) { LosesAcknowledgedWrites = losesAcknowledgedWrites };
        _chance = _world.Chance;
        _limit = _chance.Next(10, 60);
        _shared = branches == 0 && !isQuiet && _chance.Next(2) == 0 ? null : _chance.Next(10, 120);
        (_branches, _isQuiet) = (branches, isQuiet);
        ImmutableArray<Quota> quotas = [new Quota(TimeSpan.FromDays(1), QuotaUnit.Recipients, _limit)];
        if (_shared is { } shared)
            quotas = quotas.Add(new Quota(TimeSpan.FromDays(1), QuotaUnit.Recipients, shared, Of: QuotaScope.Site));
        _policy = GuardPolicy.Default with
        {
            Mode = GuardMode.Enforce,
            Quotas = quotas,
            Reactions = ReactionPolicy.Default with
            {
                OnQuota = Rung.Suspended,
                SuspendFor = TimeSpan.FromDays(3),
                OnAnomaly = new AnomalyThresholds(null, null, null, null),
            },
            SiteAlarm = new SiteAlarmPolicy(0, 0),
            Branches = branches,
        };
        _guard = new SimulatedGuard(_world, _policy, new EntityOptions(_chance.Next(3, 12), _chance.Next(0, 6), TimeSpan.FromSeconds(_chance.Next(20, 200))));
        var accounts = Enumerable.Range(0, _chance.Next(1, branches == 0 ? 4 : 9)).Select(number => new UserId($"asked{number}@example.com")).ToArray();
        _clients =
        [
            .. Enumerable.Range(0, _chance.Next(2, branches == 0 ? 7 : 12)).Select(_ => new AskingClient(this, accounts[_chance.Next(accounts.Length)])),
        ];
        // A log of its own for each of its accounts: what is told again is recognised by its position.
        _logs =
        [
            .. Enumerable
                .Range(0, isQuiet ? 0 : _chance.Next(0, 3))
                .Select(number => new LogClient(this, new UserId($"logged{number}@example.com"), $"log{number}")),
        ];
    }

    public SimulatedDeeds Deeds => _world.Deeds;

    public int Calls => _clients.Sum(client => client.History.Count);

    /// <summary>Runs the schedule; what is wrong with its end, in words.</summary>
    public IReadOnlyList<string> Run()
    {
        _world.Faults = _isQuiet ? SimulatedFaults.None : SimulatedFaults.Of(_chance);
        for (var turn = 0; turn < Turns; turn++)
        {
            _clients[_chance.Next(_clients.Count)].Turn(_world.Faults.LosesAnswer);
            if (_logs.Length > 0 && _chance.Next(3) == 0)
                _logs[_chance.Next(_logs.Length)].Turn();
            for (var step = _chance.Next(1, 12); step > 0; step--)
            {
                if (!_guard.Step())
                    break;
            }
            if (_branches > 0 && !_isQuiet && _chance.Next(150) == 0)
                _guard.Adopt(_policy with { Branches = _chance.Next(_branches + 1) });
            if (_world.Happens(_world.Faults.KillsEntity))
                (
                    _chance.Next(_branches == 0 ? 4 : 6) switch
                    {
                        0 => _guard.Sites,
                        > 3 => _guard.Branches,
                        1 => _guard.Locks,
                        _ => _guard.Users,
                    }
                ).Tell(SimulatedRegion.Kill.Instance);
            if (_world.Stores.Count > 1 && _chance.Next(30) == 0)
                _world.Away = _world.Away is null ? _chance.Next(_world.Stores.Count) : null;
            if (_world.Happens(_world.Faults.PassesTime))
                _guard.Pass(TimeSpan.FromSeconds(_chance.Next(1, 40)));
        }
        (_world.Faults, _world.Away) = (SimulatedFaults.None, null);
        Heal();
        if (_isQuiet)
            UseUp();
        foreach (var account in _clients.Select(client => client.Account).Distinct().ToArray())
            _clients.First(client => client.Account == account).Read();
        // A dead entity sleeps until somebody speaks to it.
        foreach (var log in _logs)
            _guard.Users.Tell(new UserCommands.GetStatus(log.Account), ActorRefs.NoSender);
        Heal();
        return
        [
            .. new ScheduleEnd(
                _guard,
                _limit,
                _shared,
                [
                    .. _clients
                        .GroupBy(client => client.Account)
                        .Select(group =>
                            (
                                group.Key,
                                (IReadOnlyList<Operation<QuotaInput, QuotaOutput>>)[.. group.SelectMany(client => client.History).OrderBy(call => call.Called)]
                            )
                        ),
                ],
                [.. _logs.Select(log => (log.Account, log.Told, log.Recipients))],
                Site,
                _isQuiet
            )
                .Faults()
                .Concat(_refused),
        ];
    }

    /// <summary>Accounts never seen before send one by one until the site has nothing more.</summary>
    private void UseUp()
    {
        for (var number = 0; ; number++)
        {
            var last = new AskingClient(this, new UserId($"last{number}@example.com"));
            _clients.Add(last);
            for (var mail = 0; mail < _limit; mail++)
            {
                last.Submit(1);
                _guard.Settle(20_000);
                if (last.Pending > 0)
                {
                    _refused.Add($"{last.Account}: nobody answered");
                    return;
                }
                if (last.History[^1].Output.Verdict == QuotaVerdict.Allowed)
                    continue;
                return;
            }
        }
    }

    /// <summary>What was allowed, and what may be: nobody waited for the answer, or it is still on the way.</summary>
    private int MaySpend =>
        _clients.Sum(client =>
            client.Pending
            + client.History.Where(call => call is { Input.Call: QuotaCall.Submit, Output.Verdict: QuotaVerdict.Allowed }).Sum(call => call.Input.Amount)
        );

    private void Refused(UserId account, int amount)
    {
        if (_isQuiet && MaySpend + amount <= _shared)
            _refused.Add($"{account}: {amount} were refused while {MaySpend} of {_shared} were spent");
    }

    /// <summary>Nothing fails any more: given time, everything that was begun comes to its end.</summary>
    private void Heal(int rounds = 40)
    {
        for (var round = 0; round < rounds; round++)
        {
            _guard.Settle(20_000);
            foreach (var log in _logs)
                log.Turn();
            _guard.Settle(20_000);
            _guard.Pass(TimeSpan.FromSeconds(4));
        }
        foreach (var client in _clients)
            client.GiveUp();
    }

    public void Dispose() => _guard.Dispose();

    /// <summary>Asks one thing after the other; what is not answered in time it never learns.</summary>
    private sealed class AskingClient(FaultSchedule schedule, UserId account)
    {
        private Operation<QuotaInput, QuotaOutput>? _open;
        private object? _token;

        public UserId Account => account;

        public List<Operation<QuotaInput, QuotaOutput>> History { get; } = [];

        public void Turn(double losesAnswer)
        {
            if (_open is not null)
            {
                if (schedule._guard.Steps - _open.Called > Patience)
                    GiveUp();
                return;
            }
            var draw = schedule._chance.Next(20);
            var input =
                draw == 0 ? new QuotaInput(QuotaCall.Release, 0)
                : draw < 3 ? new QuotaInput(QuotaCall.Read, 0)
                : new QuotaInput(QuotaCall.Submit, schedule._chance.Next(1, 6));
            Ask(input, schedule._world.Happens(losesAnswer));
        }

        /// <summary>Recipients of a submission that is not answered yet.</summary>
        public int Pending => _open?.Input is { Call: QuotaCall.Submit } input ? input.Amount : 0;

        public void Submit(int recipients) => Ask(new QuotaInput(QuotaCall.Submit, recipients), false);

        public void Read() => Ask(new QuotaInput(QuotaCall.Read, 0), false);

        public void GiveUp()
        {
            if (_open is not null)
                History.Add(_open);
            (_open, _token) = (null, null);
        }

        private void Ask(QuotaInput input, bool loses)
        {
            var guard = schedule._guard;
            var token = _token = new object();
            _open = new Operation<QuotaInput, QuotaOutput>(input, default, guard.Steps, Operation<QuotaInput, QuotaOutput>.Never);
            object command = input.Call switch
            {
                QuotaCall.Submit => new UserCommands.Decide(
                    account,
                    "1",
                    new Submission(account, guard.Now, Home, ObservationOrigin.None, input.Amount, 1000, "")
                ),
                QuotaCall.Release => new UserCommands.Release(account, guard.Now),
                _ => new UserCommands.GetStatus(account),
            };
            guard.Users.Tell(
                command,
                new Answer(
                    guard.System,
                    answer =>
                    {
                        // Too late, or lost on the way back.
                        if (!ReferenceEquals(token, _token) || loses)
                            return;
                        var output = Of(answer);
                        History.Add(_open! with { Output = output, Answered = guard.Steps });
                        (_open, _token) = (null, null);
                        if (output.Verdict == QuotaVerdict.OverSite)
                            schedule.Refused(account, input.Amount);
                    }
                )
            );
        }

        private static QuotaOutput Of(object answer) =>
            answer switch
            {
                Decision { Verdict: Verdict.Allow } => new QuotaOutput(QuotaVerdict.Allowed, 0),
                Decision decision when decision.Reasons.Any(reason => reason.Code == ReasonCodes.AccountLocked) => new QuotaOutput(QuotaVerdict.Locked, 0),
                Decision decision when decision.Reasons.Any(reason => reason.Code == ReasonCodes.QuotaExceeded) => new QuotaOutput(QuotaVerdict.OverQuota, 0),
                Decision => new QuotaOutput(QuotaVerdict.OverSite, 0),
                UserStatus status => new QuotaOutput(QuotaVerdict.Done, (int)status.Quotas[0].Used),
                _ => new QuotaOutput(QuotaVerdict.Done, 0),
            };
    }

    /// <summary>Tells what a log says, batch after batch, each again until it is acknowledged.</summary>
    private sealed class LogClient(FaultSchedule schedule, UserId account, string source)
    {
        private UserCommands.Observe? _open;
        private long _sent;
        private ulong _position;

        public UserId Account => account;

        public int Told { get; private set; }

        public int Recipients { get; private set; }

        public void Turn()
        {
            var guard = schedule._guard;
            if (_open is null)
            {
                if (Told > 60)
                    return;
                var mails = Enumerable
                    .Range(0, schedule._chance.Next(1, 5))
                    .Select(_ =>
                        (Observation)new Submission(account, guard.Now, Home, new ObservationOrigin(source, ++_position), schedule._chance.Next(1, 4), 1000, "")
                    )
                    .ToImmutableArray();
                Told += mails.Length;
                Recipients += mails.Sum(mail => ((Submission)mail).Recipients);
                _open = new UserCommands.Observe(account, mails);
            }
            else if (guard.Steps - _sent < Patience / 4 && schedule._world.Faults != SimulatedFaults.None)
            {
                return;
            }
            _sent = guard.Steps;
            guard.Users.Tell(
                _open,
                new Answer(
                    guard.System,
                    answer =>
                    {
                        if (answer is Observed observed && _open is not null && observed.Position == _open.Observations[^1].Origin.Position)
                            _open = null;
                    }
                )
            );
        }
    }
}
