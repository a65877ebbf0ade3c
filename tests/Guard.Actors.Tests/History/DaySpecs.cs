using Akka.Actor;
using Guard.Actors.Entities;
using Guard.Actors.Tests.History.Simulation;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Actors.Tests.History;

/// <summary>
/// A day of many accounts with the time run ahead: who is quiet leaves, who was suspended is let go on time, and nothing is left behind.
/// ACCOUNTGUARD_DAY_ACCOUNTS sets how many accounts.
/// </summary>
public sealed class DaySpecs(ITestOutputHelper output)
{
    private const int Usual = 1_000;
    private const int SiteSize = 100;
    private const int Day = 86_400;
    private const int Quota = 50;

    // Code that was compiled, tables that grew.
    private const long Slack = 2L << 20;

    private static readonly TimeSpan PassivateAfter = TimeSpan.FromMinutes(2);

    // Looks find it quiet, it rests, gives its slice back, and looks find it quiet again.
    private static readonly TimeSpan GoneAfter = PassivateAfter + TimeSpan.FromSeconds(60);
    private static readonly TimeSpan SuspendFor = TimeSpan.FromHours(1);

    /// <summary>How many accounts a run by hand, with nothing beside it, is to have.</summary>
    private static int? Asked { get; } = int.TryParse(Environment.GetEnvironmentVariable("ACCOUNTGUARD_DAY_ACCOUNTS"), out var value) ? value : null;

    private static int Accounts => Asked ?? Usual;

    [Fact]
    public void Every_timer_fires_and_nothing_is_left_behind()
    {
        using var life = new AccountsDay(Accounts);
        // All has begun.
        life.PassHour();
        var stepsOfSilence = life.PassHour();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        life.PassDay();
        Assert.Empty(life.Wrong);
        Assert.Equal(life.Thieves, life.Suspensions);
        output.WriteLine($"{Accounts} accounts: {life.Acts} acts, {life.Suspensions} suspensions, at most {life.MostAwake} awake, {life.Steps} messages");

        // Behind a suspension an account is restricted for a day.
        for (var hour = 0; hour < 26; hour++)
            life.PassHour();
        Assert.Equal((0, 0), (life.UsersAwake, life.SitesAwake));
        // The clocks that always tick, and nothing besides: a timer left behind would be one step more.
        Assert.Equal(stepsOfSilence, life.PassHour());
        var stored = life.DropStored();
        var left = GC.GetTotalMemory(forceFullCollection: true) - before;
        output.WriteLine($"{stored / 1024} KiB were stored; without them {left / 1024} KiB more than before");
        // Beside other tests memory says nothing. Of each account something that stays would be more: its name alone takes a hundred bytes.
        if (Asked is not null)
            Assert.InRange(left, long.MinValue, Slack + 64L * Accounts);
    }

    /// <summary>Accounts that log in, send, and some of which send more than they may.</summary>
    private sealed class AccountsDay : IDisposable
    {
        private static readonly Place Home = new(NetworkAddress.Parse("81.2.69.142"), AddressKind.Public, "GB");

        private readonly SimulatedWorld _world = new(1, keepsDeleted: false);
        private readonly SimulatedGuard _guard;
        private readonly (int Second, int Account, Act What)[] _acts;
        private readonly DateTimeOffset[] _lastAct;
        private readonly Dictionary<UserId, DateTimeOffset> _locked = [];
        private ulong _position;
        private int _next;

        public AccountsDay(int accounts)
        {
            var policy = GuardPolicy.Default with
            {
                Mode = GuardMode.Enforce,
                Quotas =
                [
                    new Quota(TimeSpan.FromDays(1), QuotaUnit.Recipients, Quota),
                    new Quota(TimeSpan.FromDays(1), QuotaUnit.Recipients, 1_000_000, Of: QuotaScope.Site),
                ],
                Reactions = ReactionPolicy.Default with
                {
                    OnQuota = Rung.Suspended,
                    SuspendFor = SuspendFor,
                    OnAnomaly = new AnomalyThresholds(null, null, null, null),
                },
                SiteAlarm = new SiteAlarmPolicy(0, 0),
            };
            _guard = new SimulatedGuard(_world, policy, new EntityOptions(64, 500, PassivateAfter));
            _lastAct = new DateTimeOffset[accounts];
            var chance = new Random(1);
            _acts =
            [
                .. Enumerable
                    .Range(0, accounts)
                    .SelectMany(account =>
                        account % SiteSize == 7
                            ? [(chance.Next(Day), account, Act.SendTooMuch)]
                            : Enumerable.Range(0, chance.Next(1, 20)).Select(_ => (chance.Next(Day), account, chance.Next(4) == 0 ? Act.Send : Act.LogIn))
                    )
                    .OrderBy(act => act.Item1),
            ];
            Thieves = _acts.Count(act => act.What == Act.SendTooMuch);
        }

        private enum Act
        {
            LogIn,
            Send,
            SendTooMuch,
        }

        public List<string> Wrong { get; } = [];

        public int Thieves { get; }

        public int Suspensions { get; private set; }

        public int MostAwake { get; private set; }

        public int Acts => _acts.Length;

        public long Steps => _guard.Steps;

        public int UsersAwake => Count(_guard.Users);

        public int SitesAwake => Count(_guard.Sites);

        /// <returns>How many bytes were stored.</returns>
        public long DropStored()
        {
            var stored = _world.Stores.Sum(store => store.Bytes);
            foreach (var store in _world.Stores)
                store.Clear();
            return stored;
        }

        /// <returns>How many messages were handled meanwhile.</returns>
        public long PassHour()
        {
            var before = _guard.Steps;
            for (var second = 0; second < 3600; second++)
                PassSecond();
            return _guard.Steps - before;
        }

        public void PassDay()
        {
            var begun = _guard.Now;
            for (var second = 0; second < Day && Wrong.Count < 5; second++)
            {
                for (; _next < _acts.Length && _acts[_next].Second <= second; _next++)
                    Do(_acts[_next].Account, _acts[_next].What);
                PassSecond();
                if (second % 600 == 0)
                    CheckWhoIsAwake();
            }
            // Who was suspended last.
            for (var second = 0; second <= SuspendFor.TotalSeconds; second++)
                PassSecond();
            if (_locked.Count > 0)
                Wrong.Add($"{_locked.Count} are still locked, an hour behind the day that began at {begun:u}");
        }

        public void Dispose() => _guard.Dispose();

        private static UserId Name(int account) => new($"user{account}@shop{account / SiteSize}.example");

        private void Do(int account, Act what)
        {
            _lastAct[account] = _guard.Now;
            var user = Name(account);
            var mails = what switch
            {
                Act.SendTooMuch => Quota + 10,
                Act.Send => 1,
                _ => 0,
            };
            for (var mail = 0; mail < mails; mail++)
                _guard.Users.Tell(
                    new UserCommands.Decide(user, "1", new Submission(user, _guard.Now, Home, ObservationOrigin.None, 1, 1000, "")),
                    ActorRefs.NoSender
                );
            if (what == Act.LogIn)
                _guard.Users.Tell(
                    new UserCommands.Observe(
                        user,
                        [new Login(user, _guard.Now, Home, new ObservationOrigin("log", ++_position), Service.Imap, LoginOutcome.Succeeded)]
                    ),
                    ActorRefs.NoSender
                );
        }

        private void PassSecond()
        {
            _guard.Pass(TimeSpan.FromSeconds(1));
            _guard.Settle(int.MaxValue);
            foreach (var user in _guard.Locked)
            {
                if (_locked.TryAdd(user, _guard.Now))
                    Suspensions++;
            }
            foreach (var (user, since) in _locked)
            {
                var lasted = _guard.Now - since;
                if (!_guard.Locked.Contains(user))
                {
                    _locked.Remove(user);
                    if (lasted < SuspendFor - TimeSpan.FromSeconds(2))
                        Wrong.Add($"{user} was let go after {lasted}");
                }
                else if (lasted > SuspendFor + TimeSpan.FromSeconds(5))
                {
                    Wrong.Add($"{user} is locked for {lasted}");
                }
            }
        }

        private void CheckWhoIsAwake()
        {
            var awake = UsersAwake;
            MostAwake = Math.Max(MostAwake, awake);
            var may = Suspensions + _lastAct.Count(last => last >= _guard.Now - GoneAfter);
            if (awake > may)
                Wrong.Add($"{awake} are awake at {_guard.Now:u}, and {may} may be");
        }

        private int Count(IActorRef region)
        {
            var count = -1;
            region.Tell(SimulatedRegion.Census.Instance, new Answer(_guard.System, answer => count = (int)answer));
            _guard.Settle(int.MaxValue);
            return count;
        }
    }
}
