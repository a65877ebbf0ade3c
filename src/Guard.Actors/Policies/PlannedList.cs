using System.Collections.Immutable;
using Guard.Messages.Users;

namespace Guard.Actors.Policies;

/// <summary>The planned exceptions of an account or a site: few, each with its period. Pure; what is over is forgotten with the next event.</summary>
/// <param name="Last">The last number that was given.</param>
public sealed record PlannedList(long Last, ImmutableArray<PlannedException> Items)
{
    public const int MaxOfUser = 4;
    public const int MaxOfSite = 8;
    public const int MaxPlaces = 8;
    public const int MaxRecipients = 1_000_000;
    public const int LongestPlaces = 64;
    public const int LongestNote = 60;

    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    public static PlannedList Empty { get; } = new(0, []);

    /// <summary>Why something cannot be planned; null when it can.</summary>
    public string? Refuse(PlannedException planned, DateTimeOffset at, int most)
    {
        if (planned.Until <= planned.From)
            return "it ends before it begins";
        if (planned.Until <= at)
            return "it is over already";
        if (planned.Until - planned.From > Longest)
            return "it would last longer than a year: what is always so belongs into the policy";
        if (planned is { Places.Length: 0, Recipients: 0 })
            return "neither places nor recipients are given";
        if (planned.Recipients is < 0 or > MaxRecipients)
            return $"recipients are from 0 to {MaxRecipients}";
        if (planned.Note.Length > LongestNote)
            return $"the note is longer than {LongestNote} characters";
        if (planned.Places.Length > LongestPlaces || ExpectedPlaces.Words(planned.Places).Length > MaxPlaces)
            return $"more than {MaxPlaces} places, or {LongestPlaces} characters of them";
        if (ExpectedPlaces.Fault(planned.Places) is { } fault)
            return fault;
        return Items.Count(known => known.Until > at) >= most ? $"there are {most} already; withdraw one" : null;
    }

    public PlannedList Add(PlannedException planned, DateTimeOffset at)
    {
        var pruned = Prune(at);
        return new PlannedList(Last + 1, pruned.Items.Add(planned with { Id = Last + 1, Used = 0 }));
    }

    public PlannedList Remove(long id) => this with { Items = Items.RemoveAll(planned => planned.Id == id) };

    /// <summary>Without what is over.</summary>
    public PlannedList Prune(DateTimeOffset at)
    {
        foreach (var planned in Items)
        {
            if (planned.Until <= at)
                return this with { Items = Items.RemoveAll(old => old.Until <= at) };
        }
        return this;
    }

    public PlannedException? Find(long id)
    {
        foreach (var planned in Items)
        {
            if (planned.Id == id)
                return planned;
        }
        return null;
    }

    /// <summary>The first that holds and has room for so many recipients.</summary>
    public PlannedException? WithRoom(DateTimeOffset at, int recipients)
    {
        foreach (var planned in Items)
        {
            if (planned.HoldsAt(at) && planned.Recipients - planned.Used >= recipients)
                return planned;
        }
        return null;
    }

    /// <summary>Uses recipients of one, or gives them back with a negative amount; never below none, never above what was planned.</summary>
    public PlannedList Use(long id, long recipients)
    {
        for (var i = 0; i < Items.Length; i++)
        {
            if (Items[i].Id == id)
                return this with { Items = Items.SetItem(i, Items[i] with { Used = (int)Math.Clamp(Items[i].Used + recipients, 0, Items[i].Recipients) }) };
        }
        return this;
    }
}
