using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs;

/// <summary>Takes what the daemons' parsers found, and makes observations of it: names mapped, places looked up, origins set.</summary>
public sealed class ObservationSink(string source, UserNameRules names, IPlaceLookup places)
{
    private List<Observation> _into = [];
    private uint _generation;
    private long _offset;
    private int _index;

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
        _into.Add(new Login(mapped, at, Find(address), Origin(), service, outcome));
        return true;
    }

    /// <summary>A login of which the daemon names no user: a failure of the address alone, or the server's own trouble.</summary>
    public void LoginOfAddress(DateTimeOffset at, NetworkAddress address, Service service, LoginOutcome outcome) =>
        _into.Add(new Login(UserId.None, at, Find(address), Origin(), service, outcome));

    public bool Submission(DateTimeOffset at, ReadOnlySpan<byte> user, NetworkAddress address, int recipients, long size, ReadOnlySpan<byte> queueId)
    {
        if (names.Map(user, false) is not { } mapped)
            return false;
        _into.Add(new Submission(mapped, at, Find(address), Origin(), recipients, size, System.Text.Encoding.ASCII.GetString(queueId)));
        return true;
    }

    public bool Delivery(DateTimeOffset at, ReadOnlySpan<byte> user, DeliveryOutcome outcome, int recipients)
    {
        if (names.Map(user, false) is not { } mapped)
            return false;
        _into.Add(new Delivery(mapped, at, Origin(), outcome, recipients));
        return true;
    }

    private Place Find(NetworkAddress address) => address.IsNone ? Place.None : places.Find(address);

    // Sixteen per line are enough: the last number is shared by what lies beyond, which no line of a real server reaches.
    private ObservationOrigin Origin() => new(source, SourcePosition.Pack(_generation, _offset, Math.Min(15, _index++)));
}
