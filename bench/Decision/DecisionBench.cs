using BenchmarkDotNet.Attributes;
using Guard.Actors.Users;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;

namespace Guard.Bench.Decision;

/// <summary>One decision in the pure core: decide, and fold what it records into the state.</summary>
[MemoryDiagnoser]
public class DecisionBench
{
    private UserState _state = null!;
    private UserTerms _terms = null!;
    private Login _usual = null!;
    private Submission _mail = null!;
    private Submission _strange = null!;
    private Login _failure = null!;

    [GlobalSetup]
    public void Setup()
    {
        var engine = LivedAccounts.Live(320);
        // The account with the fullest tables, under the default quotas.
        _state = engine
            .Users.Where(user => user.Reaction.Rung == Rung.Normal && user.Totals.Submissions > 100)
            .MaxBy(user => user.Baseline.NarrowNetworks.Entries.Length + user.Baseline.Probation.Entries.Length + user.Baseline.Recent.Entries.Length)!;
        var policy = GuardPolicy.Default with
        {
            Quotas = [new Quota(TimeSpan.FromDays(1), QuotaUnit.Recipients, 500), new Quota(TimeSpan.FromHours(1), QuotaUnit.Logins, 120)],
        };
        _terms = engine.TermsOf(_state.User)! with { Policy = Guard.Actors.Policies.PolicyCompiler.Compile(policy) };
        var at = DateTimeOffset.FromUnixTimeMilliseconds(_state.LastSeen).AddMinutes(5);
        // A /24, whose key has 24 bits: a pool's name is no address.
        var home = Place(
            Guard.Actors.Behaviour.PlaceKeys.NarrowName(
                _state.Baseline.NarrowNetworks.Entries.ToArray().Where(key => key.Key >> 60 == 0).MaxBy(key => key.Weight).Key
            ),
            "DE"
        );
        _usual = new Login(_state.User, at, home, ObservationOrigin.None, Service.Imap, LoginOutcome.Succeeded);
        _mail = new Submission(_state.User, at, home, ObservationOrigin.None, 1, 2000, "4ABC8B20217");
        var abroad = Place("203.0.113.0/24", "VN") with { Latitude = 16.5f, Longitude = 106.8f, Asn = 64999 };
        _strange = new Submission(_state.User, at, abroad, ObservationOrigin.None, 3, 2000, "4ABC8B20218");
        _failure = new Login(_state.User, at, abroad, ObservationOrigin.None, Service.Smtp, LoginOutcome.WrongPassword);
    }

    private static Place Place(string network, string country) => new(NetworkAddress.Parse(network[..network.IndexOf('/')]), AddressKind.Public, country);

    [Benchmark]
    public UserState A_usual_login() => Take(_usual);

    [Benchmark]
    public UserState A_usual_mail() => Take(_mail);

    [Benchmark]
    public UserState A_mail_from_a_strange_country() => Take(_strange);

    [Benchmark]
    public UserState A_failed_login() => Take(_failure);

    private UserState Take(Observation observation)
    {
        var state = _state;
        foreach (var change in UserDecider.Decide(state, observation, _terms).Events)
            state = UserEvolution.Apply(state, change);
        return state;
    }
}
