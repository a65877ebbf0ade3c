using System.Diagnostics;
using Akka.Actor;
using Guard.Actors.Behaviour;
using Guard.Actors.Reactions;
using Guard.Actors.Regions;
using Guard.Host.Configuration;
using Guard.Host.Geo;
using Guard.Host.Intake.Logs;
using Guard.Host.Intake.Routing;
using Guard.Host.Telemetry;
using Guard.Messages.Addresses;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Guard.Messages.Users;

namespace Guard.Host.Intake.Inline;

/// <summary>Asks the account's entity what to answer. An answer that counted something comes after the journal has it.</summary>
internal sealed class InlineJudge(
    GuardRegions regions,
    DecisionReplies replies,
    UserNameRules names,
    IPlaceLookup places,
    Func<DateTimeOffset> now,
    InlineSettings settings,
    Action<Observation>? seen = null
)
{
    private static readonly string[] Verdicts = [.. Enum.GetValues<Verdict>().Select(verdict => verdict.ToString().ToLowerInvariant())];

    private FloodLimit? _flood;

    public DateTimeOffset Now => now();

    public IntakeRouting Routing { get; init; } = IntakeRouting.None;

    /// <summary>Answers for names that nobody knows; null: their entities do.</summary>
    public StrangerJudge? Strangers { get; init; }

    /// <summary>Whether what is decided about an account is carried out.</summary>
    public bool Enforces(UserId user) => Strangers?.ModeOf(user) == GuardMode.Enforce;

    /// <summary>Whose mail it is that comes without a login.</summary>
    public SenderRules Senders { get; init; } = SenderRules.None;

    /// <summary>Whose a message is that came without a login, by its client's address; null when it is nobody's.</summary>
    /// <param name="exempt">The configuration says that it is not to be judged.</param>
    public UserId? SenderOf(NetworkAddress client, out bool exempt)
    {
        var sender = Senders.OfAddress(client);
        exempt = sender.Exempt;
        return sender.Account is { Length: > 0 } account ? UserOf(account) : null;
    }

    /// <summary>Null only when there is no name. Bytes that are not UTF-8 stand in it as <see cref="Logs.Names.AccountName.Text"/> has them.</summary>
    public UserId? UserOf(string login) => names.Map(login, system: false);

    /// <param name="recipients">Recipients that are new with this step.</param>
    /// <param name="further">The message was counted with an earlier step.</param>
    public Task<Decision> SubmitAsync(UserId user, NetworkAddress address, int recipients, bool further, long size, string queueId, CancellationToken cancel) =>
        DecideAsync(new Submission(user, now(), places.Find(address, isUsed: true), ObservationOrigin.None, recipients, size, queueId, further), cancel);

    public Task<Decision> LoginAsync(UserId user, NetworkAddress address, Service service, LoginOutcome outcome, CancellationToken cancel, uint password = 0) =>
        DecideAsync(new Login(user, now(), places.Find(address, outcome == LoginOutcome.Succeeded), ObservationOrigin.None, service, outcome) { Password = password }, cancel);

    /// <summary>What a login would be answered; it is not counted.</summary>
    public Task<Decision> CheckLoginAsync(UserId user, NetworkAddress address, Service service, CancellationToken cancel) =>
        CheckAsync(new Login(user, now(), places.Find(address), ObservationOrigin.None, service, LoginOutcome.Succeeded), cancel);

    /// <summary>Counts an observation and decides about it.</summary>
    public async Task<Decision> DecideAsync(Observation observation, CancellationToken cancel)
    {
        seen?.Invoke(observation);
        // Asked before it is counted: a login does not stand in its own way.
        var address = AskAddressAsync(observation, cancel);
        var (toAccount, attempt) = Routing.Route(observation);
        var noted = attempt is { } told && (toAccount || Takes(observation)) ? NoteAsync(told, wait: !toAccount, cancel) : Task.CompletedTask;
        if (observation is Login { Outcome: not LoginOutcome.Succeeded } && observation.IsAccounts && !Routing.Knows(observation.User))
            Strangers?.Note(observation);
        if (!toAccount)
        {
            await noted.ConfigureAwait(false);
            return StrangerJudge.Noted(observation.User);
        }
        if (Routing.FailedBefore(observation) is { IsEmpty: false } failures)
            regions.Users.Tell(new UserCommands.Observe(observation.User, [.. failures]) { Founding = true }, ActorRefs.NoSender);
        var account = AskAsync(observation.User, KindOf(observation), id => new UserCommands.Decide(observation.User, id, observation), cancel);
        return Joined(await account.ConfigureAwait(false), await address.ConfigureAwait(false));
    }

    /// <summary>What quotas of its address say of a login that succeeds; null where there are none, or it has no address.</summary>
    private async Task<AddressVerdict?> AskAddressAsync(Observation observation, CancellationToken cancel)
    {
        if (
            !Routing.LimitsAddresses
            || observation is not Login { Outcome: LoginOutcome.Succeeded, Place: { Address.IsNone: false, Kind: not AddressKind.Loopback } } login
        )
            return null;
        var check = new AddressCommands.Check(
            AddressKeys.BucketOf(login.Place.Address),
            "",
            login.Place.Address,
            login.User.IsNone ? 0 : AddressKeys.Hash(login.User.Value),
            Routing.SiteOf(login.User),
            login.At
        );
        return await regions.Addresses.Ask<AddressVerdict>(check, settings.Deadline * 4, cancel).ConfigureAwait(false);
    }

    private static Decision Joined(Decision account, AddressVerdict? address)
    {
        if (address is not { Reasons.IsEmpty: false })
            return account;
        var verdict = address.Enforced && account.Verdict == Verdict.Allow ? Verdict.Defer : account.Verdict;
        return account with
        {
            Verdict = verdict,
            WouldBe = account.WouldBe == Verdict.Allow ? Verdict.Defer : account.WouldBe,
            Reasons = account.WouldBe == Verdict.Allow ? [.. address.Reasons, .. account.Reasons] : [.. account.Reasons, .. address.Reasons],
        };
    }

    private bool Takes(Observation observation)
    {
        var flood = _flood ?? Interlocked.CompareExchange(ref _flood, new FloodLimit(Routing), null) ?? _flood;
        lock (flood)
            return flood.Takes(observation);
    }

    /// <summary>Tells an address's entity. Where the account's journal has it too, nobody waits for it.</summary>
    private Task NoteAsync(AddressAttempt attempt, bool wait, CancellationToken cancel)
    {
        var command = new AddressCommands.Observe(AddressKeys.BucketOf(attempt.Address), [attempt]);
        if (wait)
            return regions.Addresses.Ask<AttemptsNoted>(command, settings.Deadline * 4, cancel);
        regions.Addresses.Tell(command, ActorRefs.NoSender);
        return Task.CompletedTask;
    }

    /// <summary>Decides about an observation as if it were counted.</summary>
    public async Task<Decision> CheckAsync(Observation observation, CancellationToken cancel)
    {
        var address = AskAddressAsync(observation, cancel);
        var account =
            Strangers is { } strangers && !Routing.MayAsk(observation.User)
                ? strangers.Check(observation, "")
                : await AskAsync(observation.User, "check", id => new UserCommands.Check(observation.User, id, observation), cancel).ConfigureAwait(false);
        // What strangers tried is no account's; until somebody logs in it stands against the name all the same.
        if (account.WouldBe == Verdict.Allow && Strangers?.Remembers(observation.User) == true && !Routing.Knows(observation.User))
            account = Strangers.Check(observation, "");
        return Joined(account, await address.ConfigureAwait(false));
    }

    /// <summary>What was counted at a time did not come about.</summary>
    /// <param name="wholeMessage">Else only some recipients of a message that did.</param>
    public void GiveBack(UserId user, NetworkAddress address, DateTimeOffset countedAt, int recipients, bool wholeMessage, long bytes = 0) =>
        regions.Users.Tell(
            new UserCommands.GiveBack(
                user,
                now(),
                new Submission(user, countedAt, places.Find(address), ObservationOrigin.None, recipients, bytes, "", !wholeMessage)
            ),
            ActorRefs.NoSender
        );

    /// <summary>Takes back what logins of an account used of its quotas, and releases it.</summary>
    /// <param name="by">The program that asks for it.</param>
    public async Task ForgetAttemptsAsync(UserId user, Author by, CancellationToken cancel)
    {
        Strangers?.Forget(user);
        await regions.Users.Ask<Done>(new UserCommands.Release(user, now()) { By = by }, settings.Deadline * 4, cancel).ConfigureAwait(false);
        await regions.Users.Ask<Done>(new UserCommands.ForgetAttempts(user, now()) { By = by }, settings.Deadline * 4, cancel).ConfigureAwait(false);
    }

    /// <summary>Takes back what was counted against an address and its network.</summary>
    public Task ForgetAddressAsync(NetworkAddress address, CancellationToken cancel) =>
        regions.Addresses.IsNobody()
            ? Task.CompletedTask
            : regions.Addresses.Ask<AttemptsNoted>(new AddressCommands.Forget(AddressKeys.BucketOf(address), address, now()), settings.Deadline * 4, cancel);

    /// <summary>What is known of an address; null where addresses are not kept.</summary>
    public async Task<AddressStatus?> AddressStatusAsync(NetworkAddress address, CancellationToken cancel) =>
        regions.Addresses.IsNobody()
            ? null
            : await regions
                .Addresses.Ask<AddressStatus>(new AddressCommands.GetStatus(AddressKeys.BucketOf(address), address), settings.Deadline * 4, cancel)
                .ConfigureAwait(false);

    public Task<UserStatus> StatusAsync(UserId user, CancellationToken cancel) =>
        regions.Users.Ask<UserStatus>(new UserCommands.GetStatus(user), settings.Deadline * 4, cancel);

    /// <summary>The reason and the contact, for the user to read.</summary>
    public string Text(Decision decision) =>
        settings.Contact.Length == 0 ? $"AccountGuard: {Words(decision)}" : $"AccountGuard: {Words(decision)}; contact {settings.Contact}";

    /// <summary>Why, and until when.</summary>
    internal static string Words(Decision decision)
    {
        var why =
            decision.Reasons.IsDefaultOrEmpty ? "not usual for this account"
            : decision.Reasons[0].Text is { Length: > 0 } own ? own
            : ReasonText.Of(decision.Reasons[0]);
        return decision switch
        {
            { Verdict: Verdict.Reject, Rung: >= Rung.Suspended, Until: { } end } => $"locked until {Minute(end)}: {why}",
            { Verdict: Verdict.Defer, Retry: { } room } => $"{why}; try again after {Minute(room)}",
            { Verdict: Verdict.Defer, Rung: Rung.Restricted, Until: { } over } => $"{why}; restricted until {Minute(over)}",
            _ => why,
        };
    }

    /// <summary>The minute that has begun by then: nobody comes too early.</summary>
    private static string Minute(DateTimeOffset at) =>
        at.UtcDateTime.AddSeconds(59).ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture) + " UTC";

    /// <summary>The value of the header on mail of an account that stands above normal.</summary>
    public static string Mark(Decision decision)
    {
        var rung = decision.Rung.ToString().ToLowerInvariant();
        return decision.Reasons.IsDefaultOrEmpty ? rung : $"{rung}; {ReasonText.Of(decision.Reasons[0])}";
    }

    private static string KindOf(Observation observation) =>
        observation is Login ? "login"
        : observation is Submission ? "submission"
        : "delivery";

    private async Task<Decision> AskAsync(UserId user, string kind, Func<string, object> command, CancellationToken cancel)
    {
        using var span = TraceMemory.Current.Decision(user, kind);
        var since = Stopwatch.GetTimestamp();
        var decision = await replies.AskAsync(regions.Users, command, settings.Deadline * 4, cancel).ConfigureAwait(false);
        GuardMeters.Decided(kind, Verdicts[(int)decision.Verdict], since);
        return decision;
    }
}
