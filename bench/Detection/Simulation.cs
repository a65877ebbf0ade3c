using System.Collections.Concurrent;
using Guard.Bench.Detection.Attacks;
using Guard.Bench.Detection.Life;
using Guard.Bench.Detection.Lines;
using Guard.Bench.Detection.World;
using Guard.Bench.Detection.Worlds;
using Guard.Messages.Places;

namespace Guard.Bench.Detection;

/// <summary>What is simulated.</summary>
/// <param name="VictimsPerKind">Attacks of each kind.</param>
public sealed record SimulationSize(ulong Seed, int Accounts, int Days, int VictimsPerKind);

/// <summary>A mail server's log: ordinary life with attacks in it, day by day.</summary>
public sealed class Simulation
{
    private readonly LifeKnobs _life;
    private readonly IReadOnlyList<(AttackAction Action, Account Victim)> _attacks;

    public Simulation(
        SimulationSize size,
        LifeKnobs? life = null,
        AttackKnobs? attacks = null,
        Func<Simulation, IReadOnlyList<Takeover>>? thieves = null,
        Func<Simulation, IReadOnlyList<Guess>>? guesses = null
    )
    {
        Size = size;
        _life = life ?? LifeKnobs.Default;
        Networks = new NetworkPlan();
        Population = new Population(size.Seed, size.Accounts, size.Days, _life, Networks);
        Where = new Whereabouts(_life, Networks);
        Takeovers = thieves is not null
            ? thieves(this)
            : new AttackPlan(size.Seed, size.VictimsPerKind, size.Days, attacks ?? AttackKnobs.Default, Population, Networks).Takeovers;
        _attacks = [.. Takeovers.SelectMany(takeover => takeover.Actions.Select(action => (action, takeover.Victim))).OrderBy(pair => pair.action.At)];
        Guesses = [.. (guesses?.Invoke(this) ?? []).OrderBy(guess => guess.At)];
    }

    public SimulationSize Size { get; }

    public NetworkPlan Networks { get; }

    public Whereabouts Where { get; }

    public Population Population { get; }

    public IReadOnlyList<Takeover> Takeovers { get; }

    /// <summary>What planned guessers try, in order of time.</summary>
    public IReadOnlyList<Guess> Guesses { get; }

    /// <summary>How many addresses a carrier's customers share.</summary>
    public int CarrierExits => _life.Access.CarrierExits;

    /// <summary>Addresses of background guessing, each here before its first line is.</summary>
    public ConcurrentDictionary<NetworkAddress, bool> Guessers { get; private set; } = [];

    public void Run(ILineTarget target)
    {
        var lines = new LineQueue(target);
        var ordinary = new OrdinaryDay(Size.Seed, _life, Where, lines);
        var guessing = new BackgroundGuessing(Size.Seed, _life.Trouble.Guesses, Networks, lines);
        Guessers = guessing.Addresses;
        var dice = new Dice(Size.Seed, 6);
        var (next, guess) = (0, 0);
        for (var day = 0; day < Size.Days; day++)
        {
            foreach (var account in Population.Accounts)
                ordinary.Live(account, day);
            guessing.Try(Population.Accounts, day);
            var horizon = (day + 1) * WorldClock.Day - WorldClock.FarthestEast;
            for (; next < _attacks.Count && _attacks[next].Action.At < horizon; next++)
                Attack(lines, _attacks[next].Action, _attacks[next].Victim, dice);
            for (; guess < Guesses.Count && Guesses[guess].At < horizon; guess++)
                lines.Failure(Guesses[guess].At, Guesses[guess].Name, Guesses[guess].Address, guess % 3 != 0);
            lines.Flush(horizon);
        }
        for (; next < _attacks.Count && _attacks[next].Action.At < Size.Days * WorldClock.Day; next++)
            Attack(lines, _attacks[next].Action, _attacks[next].Victim, dice);
        lines.Flush(Size.Days * WorldClock.Day);
    }

    private static void Attack(LineQueue lines, AttackAction action, Account victim, Dice dice)
    {
        switch (action.Step)
        {
            case AttackStep.Login:
                lines.Login(action.At, victim.Name, action.Address, false);
                break;
            case AttackStep.Failure:
                lines.Failure(action.At, victim.Name, action.Address, true);
                break;
            default:
                lines.Mails(
                    action.At,
                    victim.Name,
                    action.Address,
                    action.Mails,
                    action.Recipients,
                    action.Unknown,
                    action.Spacing,
                    dice,
                    action.Envelope.Book == 0 ? new Envelope(null, 0x5350414DUL + (ulong)victim.Index, 0, 1) : action.Envelope
                );
                break;
        }
    }
}
