using System.Collections.Immutable;
using System.Text;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;
using Guard.Bench.Detection.Life;
using Guard.Bench.Detection.Scoring;
using Guard.Bench.Detection.World;
using Guard.Host.Enforcement;
using Guard.Host.Intake.Logs;
using Guard.Host.Replay;
using Guard.Messages.Addresses;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Bench.Detection.Worlds;

/// <summary>Who was shut out though they did nothing.</summary>
/// <param name="Blocked">What the firewall had.</param>
/// <param name="Own">The account for whose sake it was blocked; empty when it was for many.</param>
/// <param name="Way">Of the guesser who was there; null for the noise of every server, and for the owner's own mistakes.</param>
public readonly record struct ShutOut(string User, NetworkPrefix Blocked, string Reason, string Own, string Life, GuessWay? Way);

/// <summary>
/// Runs a world of guessers through the guard's own parser, engine and ledger of blocks, behind a firewall that does what it is told: what comes from a blocked
/// address, a guesser's try or an owner's login, reaches nobody.
/// </summary>
public sealed class GuessReplay : IReplayWriter
{
    private readonly Simulation _simulation;
    private readonly WorldTraits _traits;
    private readonly ReplayEngine _engine;
    private readonly Dictionary<(string Name, NetworkAddress Address), GuessSource> _guesses = [];
    private readonly Dictionary<string, Account> _accounts;

    /// <summary>By the network that is blocked; the lengths that occur are few.</summary>
    private readonly Dictionary<NetworkPrefix, (long Until, string Reason, string User)> _blocks = [];
    private readonly AddressCompany _company = new();
    private BlockPlannerState _planner = BlockPlannerState.Empty;
    private readonly Dictionary<NetworkAddress, GuessWay> _ways = [];
    private readonly HashSet<int> _lengths = [];
    private readonly HashSet<ShutOut> _shutOut = [];
    private readonly HashSet<string> _locked = [];

    public GuessReplay(Simulation simulation, WorldTraits traits, PolicyBook policies)
    {
        (_simulation, _traits) = (simulation, traits);
        _engine = new ReplayEngine(policies, this);
        foreach (var guess in simulation.Guesses)
        {
            _guesses[(Encoding.UTF8.GetString(guess.Name), guess.Address)] = guess.Source;
            foreach (var length in guess.Address.IsIPv4 ? (ReadOnlySpan<int>)[32] : [64, 56, 48])
                _ways[guess.Address.Prefix(length)] = guess.Source.Way;
        }
        _accounts = simulation.Population.Accounts.ToDictionary(account => account.User);
    }

    public long Lines => _engine.Counts.Lines;

    public IReadOnlyCollection<ShutOut> Innocents => _shutOut;

    /// <summary>Accounts that were restricted or locked for what guessers did.</summary>
    public IReadOnlyCollection<string> Locked => _locked;

    public void Run()
    {
        var parser = new LogParser(
            new LogParserSettings("replay", DateTimeOffset.UtcNow),
            new UserNameRules(),
            new WorldPlaces(_simulation.Networks, _traits.Places, _traits.Seed)
        );
        GeneratedObservations.Run(_simulation, parser, _engine.Counts, Take);
        _engine.Finish(parser.LastSeen ?? DateTimeOffset.UnixEpoch);
    }

    private void Take(Observation observation)
    {
        var address = observation switch
        {
            Login login => login.Place.Address,
            Submission submission => submission.Place.Address,
            _ => default,
        };
        if (address.IsNone || BlockOf(address, WorldClock.At(observation.At)) is not var (network, reason, user))
        {
            _company.See(observation);
            _engine.Take(observation);
            return;
        }
        if (observation is Login { Outcome: LoginOutcome.WrongPassword or LoginOutcome.UnknownUser or LoginOutcome.RetriedPassword })
        {
            if (_guesses.TryGetValue((observation.User.Value, address), out var source))
                source.Stopped++;
        }
        else if (_accounts.TryGetValue(observation.User.Value, out var owner))
        {
            var life = $"{owner.CauseOn((int)(WorldClock.At(observation.At) / WorldClock.Day))}, {owner.Habits.Archetype}";
            _shutOut.Add(new ShutOut(owner.User, network, reason, user, life, _ways.TryGetValue(network.Network, out var way) ? way : null));
        }
    }

    private (NetworkPrefix Network, string Reason, string User)? BlockOf(NetworkAddress address, long at)
    {
        foreach (var length in _lengths)
        {
            if (length > 32 != address.IsIPv6)
                continue;
            var network = new NetworkPrefix(address.Prefix(length), length);
            if (_blocks.TryGetValue(network, out var block) && block.Until > at)
                return (network, block.Reason, block.User);
        }
        return null;
    }

    public void Address(UserId user, AddressBlockOrdered block) => Block(block.Address, 0, block.At, block.Until, block.Reasons, user.Value);

    public void Address(BlockOwed block) => Block(block.Address, block.PrefixLength, block.At, block.Until, block.Reasons, "");

    /// <summary>The ledger's own rules. What its breaker holds back is not asked for again here.</summary>
    private void Block(NetworkAddress address, int length, DateTimeOffset at, DateTimeOffset until, ImmutableArray<Reason> reasons, string user)
    {
        var verdict = BlockPlanner.Decide(_planner, BlockRequest.Of(address, length, at, until - at, reasons, _company), BlockPolicy.Default);
        _planner = BlockPlannerEvolution.Apply(_planner, verdict, BlockPolicy.Default);
        if (verdict is not BlockVerdict.Block { Wanted: var wanted })
            return;
        _lengths.Add(wanted.Network.Length);
        _blocks[wanted.Network] = (WorldClock.At(wanted.Until), reasons.Length == 0 ? "" : reasons[0].Code, user);
    }

    public void Reaction(UserId user, SiteId site, ReactionChanged change)
    {
        if (change.To > change.From && change.To >= Rung.Restricted && _guesses.ContainsKey((user.Value, change.Address)))
            _locked.Add(user.Value);
    }

    public void SiteReaction(SiteReactionChanged change) { }

    public void Alarm(UserId user, SiteId site, AlarmRaised alarm) { }

    public void Summary(ReplayCounts counts) { }
}
