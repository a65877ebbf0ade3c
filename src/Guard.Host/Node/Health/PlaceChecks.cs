using System.Globalization;
using Guard.Host.Geo;

namespace Guard.Host.Node.Health;

/// <summary>Whether countries are known: without data every login comes from nowhere.</summary>
internal static class PlaceChecks
{
    private const string Check = "country data";

    private static readonly TimeSpan StaysGood = TimeSpan.FromDays(180);

    private static readonly TimeSpan ListStaysGood = TimeSpan.FromDays(14);

    /// <summary>Tables of autonomous systems tell whose a network is, not where.</summary>
    private static bool TellsCountries(GeoFileStatus file) => file.Type != "AS table" && !file.Type.EndsWith("-ASN", StringComparison.Ordinal);

    private static string Age(GeoFileStatus list) =>
        list.Built is { } built ? string.Create(CultureInfo.InvariantCulture, $", of {built:yyyy-MM-dd HH:mm} UTC") : "";

    public static IEnumerable<Finding> Look(PlaceLookup places, DateTimeOffset now)
    {
        if (places.OverridesProblem.Length > 0)
            yield return Finding.Fault($"{Check} overrides", places.OverridesProblem, "correct geo.overrides");
        foreach (var list in places.Lists)
        {
            if (list.Problem is not null)
                yield return Finding.Fault("reputation", $"{list.File}: {list.Problem}", "correct reputation, or fetch the list again");
            else if (list.Trouble.Length > 0)
                yield return Finding.Warning(
                    "reputation",
                    $"{list.File}: {list.Trouble}; {list.Type}{Age(list)}",
                    "is the list's address right, and does its owner serve this machine?"
                );
            else if (list.Built is { } written && now - written > ListStaysGood)
                yield return Finding.Warning(
                    "reputation",
                    string.Create(CultureInfo.InvariantCulture, $"{list.File} is of {written:yyyy-MM-dd}"),
                    "addresses change hands within days: fetch the list again"
                );
            else
                yield return Finding.Ok("reputation", $"{list.File}, {list.Type}{Age(list)}");
        }
        var files = places.Status;
        if (files.Count == 0 && places.Overrides > 0)
            yield return Finding.Ok(Check, string.Create(CultureInfo.InvariantCulture, $"{places.Overrides} networks of geo.overrides"));
        else if (places.Overrides == 0 && files.All(file => file.Problem is null && !TellsCountries(file)))
            yield return Finding.Fault(
                Check,
                "there is none: no country is known, places are judged by network only, and rules for countries never hold",
                "accountguard fetch-geo-data, or name a file in geo.files"
            );
        foreach (var file in files)
        {
            var check = files.Count == 1 ? Check : $"{Check} {file.File}";
            if (file.Problem is not null)
                yield return Finding.Fault(check, $"{file.File}: {file.Problem}", "correct geo.files, or fetch the file again (accountguard fetch-geo-data)");
            else if (file.Built is { } built && now - built > StaysGood)
                yield return Finding.Warning(
                    check,
                    string.Create(CultureInfo.InvariantCulture, $"{file.File} is of {built:yyyy-MM-dd}"),
                    "networks move between countries: take a newer file (accountguard fetch-geo-data)"
                );
            else
                yield return file.Built is { } date
                    ? Finding.Ok(
                        check,
                        string.Create(CultureInfo.InvariantCulture, $"{file.File}, {file.Type}, built {date:yyyy-MM-dd} ({(now - date).TotalDays:F0} days old)")
                    )
                    : Finding.Ok(check, $"{file.File}, {file.Type}");
        }
    }
}
