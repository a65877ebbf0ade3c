using Guard.Host.Geo;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs;

/// <summary>Takes what the daemons' parsers found, and makes observations of it: names mapped, places looked up, origins set.</summary>
/// <param name="told">What an authentication server told already, so that the mail server's line behind it is not counted again.</param>
public sealed class ObservationSink(string source, UserNameRules names, IPlaceLookup places, UnjudgedMail unjudged, AttemptsTold? told = null)
{
    private List<Observation> _into = [];
    private uint _generation;
    private long _offset;
    private int _index;

    internal IObservationListener? Listener { get; set; }

    /// <summary>Turns to the next line.</summary>
    public void Begin(List<Observation> into, uint generation, long offset)
    {
        _into = into;
        _generation = generation;
        _offset = offset;
        _index = 0;
    }

    /// <summary>False when the user's name is none.</summary>
    public bool Login(DateTimeOffset at, ReadOnlySpan<byte> user, NetworkAddress address, Service service, LoginOutcome outcome)
    {
        if (names.Map(user, service is Service.Ftp or Service.Ssh) is not { } mapped)
            return false;
        if (IsToldAlready(at, address, service, outcome))
            return true;
        var place = Find(address, outcome == LoginOutcome.Succeeded);
        Add(new Login(mapped, at, place, Origin(), service, outcome), default, default);
        return true;
    }

    /// <summary>A login of which the daemon names no user: a failure of the address alone, or the server's own trouble.</summary>
    public void LoginOfAddress(DateTimeOffset at, NetworkAddress address, Service service, LoginOutcome outcome)
    {
        if (!IsToldAlready(at, address, service, outcome))
            Add(new Login(UserId.None, at, Find(address, isUsed: false), Origin(), service, outcome), default, default);
    }

    /// <summary>A login that did not succeed: the account's, or the address's alone where the text is no account's name. False when there is neither.</summary>
    public bool Failure(DateTimeOffset at, ReadOnlySpan<byte> user, NetworkAddress address, Service service, LoginOutcome outcome)
    {
        if (!user.IsEmpty && Login(at, user, address, service, outcome))
            return true;
        if (address.IsNone)
            return false;
        LoginOfAddress(at, address, service, outcome);
        return true;
    }

    /// <param name="sender">Envelope sender without angle brackets; shown by <c>parse</c>.</param>
    /// <returns>False when the user's name is none.</returns>
    public bool Submission(
        DateTimeOffset at,
        ReadOnlySpan<byte> user,
        NetworkAddress address,
        int recipients,
        long size,
        ReadOnlySpan<byte> queueId,
        ReadOnlySpan<byte> sender = default
    )
    {
        if (names.Map(user, false) is not { } mapped)
            return false;
        Add(
            new Submission(mapped, at, Find(address, isUsed: true), Origin(), recipients, size, System.Text.Encoding.ASCII.GetString(queueId))
            {
                Sender = CorrespondentKey.Of(mapped, sender),
            },
            sender,
            default
        );
        return true;
    }

    /// <param name="queueId">Of the message; shown by <c>parse</c>.</param>
    /// <returns>False when the user's name is none.</returns>
    public bool Delivery(DateTimeOffset at, ReadOnlySpan<byte> user, DeliveryOutcome outcome, int recipients, ReadOnlySpan<byte> queueId = default)
    {
        if (names.Map(user, false) is not { } mapped)
            return false;
        Add(new Delivery(mapped, at, Origin(), outcome, recipients), default, queueId);
        return true;
    }

    /// <summary>A failure at the authentication server behind a mail server, which will tell it again: counted here, and not there.</summary>
    public bool FailureBehindMailServer(DateTimeOffset at, ReadOnlySpan<byte> user, NetworkAddress address, LoginOutcome outcome)
    {
        var mapped = user.IsEmpty ? null : names.Map(user, false);
        if (mapped is null && address.IsNone)
            return false;
        Add(new Login(mapped ?? UserId.None, at, Find(address, isUsed: false), Origin(), Service.Smtp, outcome), default, default);
        if (!address.IsNone)
            told?.Add(address, at);
        return true;
    }

    private bool IsToldAlready(DateTimeOffset at, NetworkAddress address, Service service, LoginOutcome outcome) =>
        told is not null
        && service == Service.Smtp
        && outcome is LoginOutcome.WrongPassword or LoginOutcome.UnknownUser or LoginOutcome.Refused
        && !address.IsNone
        && told.TryTake(address, at);

    /// <summary>The account of a name; null when the name is none.</summary>
    /// <param name="system">The name of a system user.</param>
    public UserId? Map(ReadOnlySpan<byte> user, bool system) => names.Map(user, system);

    /// <param name="further">More recipients of a message that was told before.</param>
    /// <param name="sender">Envelope sender without angle brackets; shown by <c>parse</c>.</param>
    public void Submission(
        DateTimeOffset at,
        UserId user,
        NetworkAddress address,
        int recipients,
        long size,
        string queueId,
        bool further = false,
        ReadOnlySpan<byte> sender = default
    ) =>
        Add(
            new Submission(user, at, Find(address, isUsed: true), Origin(), recipients, size, queueId, further) { Sender = CorrespondentKey.Of(user, sender) },
            sender,
            default
        );

    /// <param name="queueId">Of the message; shown by <c>parse</c>.</param>
    /// <param name="recipient">The one recipient's address, where it is known.</param>
    public void Delivery(
        DateTimeOffset at,
        UserId user,
        DeliveryOutcome outcome,
        int recipients,
        ReadOnlySpan<byte> queueId = default,
        ReadOnlySpan<byte> recipient = default
    ) => Add(new Delivery(user, at, Origin(), outcome, recipients) { Recipient = CorrespondentKey.Of(user, recipient) }, default, queueId);

    /// <summary>A delivery that will be tried again. Nothing final, so no observation comes of it; <c>parse</c> shows it.</summary>
    public void Deferred(DateTimeOffset at, UserId user, int recipients, ReadOnlySpan<byte> queueId) => Listener?.Deferred(at, user, recipients, queueId);

    /// <summary>Mail that belongs to nobody was sent.</summary>
    public void Unjudged(NetworkAddress host) => unjudged.Add(host);

    private void Add(Observation observation, ReadOnlySpan<byte> sender, ReadOnlySpan<byte> queueId)
    {
        _into.Add(observation);
        Listener?.Told(observation, sender, queueId);
    }

    private Place Find(NetworkAddress address, bool isUsed) => address.IsNone ? Place.None : places.Find(address, isUsed);

    // Sixteen per line are enough: the last number is shared by what lies beyond, which no line of a real server reaches.
    private ObservationOrigin Origin() => new(source, SourcePosition.Pack(_generation, _offset, Math.Min(15, _index++)));
}
