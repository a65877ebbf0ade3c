using System.Collections.Immutable;
using Google.Protobuf.Collections;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Wire;

namespace Guard.Actors.Serialization;

/// <summary>
/// Writes observations with their places and sources held once per batch: a burst from three addresses stores three places, not two thousand.
/// </summary>
internal sealed class ObservationWriter(RepeatedField<PlaceRecord> places, RepeatedField<string> sources)
{
    private readonly Dictionary<Place, uint> _places = [];
    private readonly Dictionary<string, uint> _sources = [];

    public ObservationRecord Write(Observation observation, long timeBase)
    {
        var record = new ObservationRecord
        {
            At = observation.At.ToUnixTimeMilliseconds() - timeBase,
            Place = Place(observation.Place),
            Source = Source(observation.Origin.Source),
            Position = observation.Origin.Position,
        };
        switch (observation)
        {
            case Login login:
                record.Kind = 1;
                record.Service = (int)login.Service;
                record.Outcome = (int)login.Outcome;
                record.Password = login.Password;
                break;
            case Submission submission:
                record.Kind = 2;
                record.Recipients = submission.Recipients;
                record.Size = submission.Size;
                record.QueueId = submission.QueueId;
                record.Further = submission.Further;
                record.Sender = submission.Sender;
                break;
            case Delivery delivery:
                record.Kind = 3;
                record.Outcome = (int)delivery.Outcome;
                record.Recipients = delivery.Recipients;
                record.Recipient = delivery.Recipient;
                break;
            default:
                throw new ArgumentException($"no wire form for {observation.GetType().Name}");
        }
        return record;
    }

    private uint Place(Place place)
    {
        if (place.Address.IsNone)
            return 0;
        if (_places.TryGetValue(place, out var index))
            return index;
        places.Add(BasicWire.Write(place));
        return _places[place] = (uint)places.Count;
    }

    private uint Source(string source)
    {
        if (source.Length == 0)
            return 0;
        if (_sources.TryGetValue(source, out var index))
            return index;
        sources.Add(source);
        return _sources[source] = (uint)sources.Count;
    }
}

/// <summary>Reads what <see cref="ObservationWriter"/> wrote.</summary>
internal sealed class ObservationReader(UserId user, RepeatedField<PlaceRecord> places, RepeatedField<string> sources)
{
    private readonly Place[] _places = [Place.None, .. places.Select(BasicWire.Read)];

    public Observation Read(ObservationRecord record, long timeBase)
    {
        var at = BasicWire.Time(timeBase + record.At);
        var place = _places[record.Place];
        var origin = record.Source == 0 ? new ObservationOrigin("", record.Position) : new ObservationOrigin(sources[(int)record.Source - 1], record.Position);
        return record.Kind switch
        {
            1 => new Login(user, at, place, origin, (Service)record.Service, (LoginOutcome)record.Outcome) { Password = record.Password },
            2 => new Submission(user, at, place, origin, record.Recipients, record.Size, record.QueueId, record.Further) { Sender = record.Sender },
            3 => new Delivery(user, at, origin, (DeliveryOutcome)record.Outcome, record.Recipients) { Recipient = record.Recipient },
            _ => throw new FormatException($"unknown kind of observation {record.Kind}"),
        };
    }
}

/// <summary>Observations as part of a command.</summary>
internal static class ObservationWire
{
    public static Messages.Wire.Observations Write(ImmutableArray<Observation> observations)
    {
        var record = new Messages.Wire.Observations { Base = observations.IsEmpty ? 0 : observations[0].At.ToUnixTimeMilliseconds() };
        var writer = new ObservationWriter(record.Places, record.Sources);
        foreach (var observation in observations)
            record.Items.Add(writer.Write(observation, record.Base));
        return record;
    }

    public static ImmutableArray<Observation> Read(UserId user, Messages.Wire.Observations record)
    {
        var reader = new ObservationReader(user, record.Places, record.Sources);
        return [.. record.Items.Select(item => reader.Read(item, record.Base))];
    }
}
