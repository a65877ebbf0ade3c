using System.Collections.Immutable;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Places;
using Guard.Messages.Users;
using Guard.Messages.Wire;

namespace Guard.Actors.Serialization;

/// <summary>Maps the small values that many messages share.</summary>
internal static class BasicWire
{
    /// <summary>Time on the wire is milliseconds since 1970; 0 stands for none.</summary>
    public static long Time(DateTimeOffset? at) => at?.ToUnixTimeMilliseconds() ?? 0;

    public static DateTimeOffset Time(long at) => DateTimeOffset.FromUnixTimeMilliseconds(at);

    public static DateTimeOffset? OptionalTime(long at) => at == 0 ? null : Time(at);

    public static ByteString Address(NetworkAddress address) => UnsafeByteOperations.UnsafeWrap(address.ToBytes());

    public static NetworkAddress Address(ByteString bytes) => NetworkAddress.FromBytes(bytes.Span);

    public static PlaceRecord Write(Place place) =>
        new()
        {
            Address = Address(place.Address),
            Kind = (int)place.Kind,
            Country = place.Country,
            Subdivision = place.Subdivision,
            Asn = place.Asn,
            Located = place.HasCoordinates,
            Latitude = place.HasCoordinates ? place.Latitude : 0,
            Longitude = place.HasCoordinates ? place.Longitude : 0,
            Anonymous = (int)place.Anonymous,
            Listed = place.Listed,
            ListedBits = place.ListedBits,
        };

    public static Place Read(PlaceRecord record) =>
        new(
            Address(record.Address),
            (AddressKind)record.Kind,
            record.Country,
            record.Subdivision,
            record.Asn,
            record.Located ? record.Latitude : float.NaN,
            record.Located ? record.Longitude : float.NaN,
            (AnonymousNetwork)record.Anonymous
        )
        {
            Listed = record.Listed,
            ListedBits = record.ListedBits,
        };

    /// <summary>Null for nobody, which takes no room.</summary>
    public static AuthorRecord? Write(Author? by) => by is null ? null : new AuthorRecord { Name = by.Name, Reason = by.Reason };

    public static Author? Read(AuthorRecord? record) => record is null ? null : new Author(record.Name, record.Reason);

    public static void Write(ImmutableArray<Reason> reasons, RepeatedField<ReasonRecord> into)
    {
        foreach (var reason in reasons)
            into.Add(
                new ReasonRecord
                {
                    Code = reason.Code,
                    Value = reason.Value,
                    Usual = reason.Usual,
                    Bits = reason.Bits,
                    Subject = reason.Subject,
                    Text = reason.Text,
                }
            );
    }

    public static ImmutableArray<Reason> Read(RepeatedField<ReasonRecord> records)
    {
        if (records.Count == 0)
            return [];
        var reasons = ImmutableArray.CreateBuilder<Reason>(records.Count);
        foreach (var record in records)
            reasons.Add(new Reason(record.Code, record.Value, record.Usual, record.Bits, record.Subject) { Text = record.Text });
        return reasons.MoveToImmutable();
    }

    public static void Write(ImmutableArray<SliceAmount> amounts, RepeatedField<SliceRecord> into)
    {
        foreach (var amount in amounts)
            into.Add(
                new SliceRecord
                {
                    Quota = amount.Quota,
                    Amount = amount.Amount,
                    Member = amount.Member,
                    Known = amount.IsKnown,
                }
            );
    }

    public static ImmutableArray<SliceAmount> Read(RepeatedField<SliceRecord> records) =>
        records.Count == 0
            ? []
            : [.. records.Select(record => new SliceAmount(record.Quota, record.Amount) { Member = record.Member, IsKnown = record.Known })];

    public static TotalsRecord Write(UserTotals totals) =>
        new()
        {
            Logins = totals.Logins,
            Failures = totals.Failures,
            Submissions = totals.Submissions,
            Recipients = totals.Recipients,
            Stopped = totals.Stopped,
            Delivered = totals.Delivered,
            Bounced = totals.Bounced,
            RefusedLogins = totals.RefusedLogins,
        };

    public static UserTotals Read(TotalsRecord? record) =>
        record is null
            ? default
            : new UserTotals(record.Logins, record.Failures, record.Submissions, record.Recipients, record.Stopped, record.Delivered, record.Bounced)
            {
                RefusedLogins = record.RefusedLogins,
            };
}
