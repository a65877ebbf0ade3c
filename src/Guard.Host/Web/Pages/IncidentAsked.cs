using System.Globalization;
using Guard.Host.Configuration;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Microsoft.AspNetCore.WebUtilities;

namespace Guard.Host.Web.Pages;

/// <summary>What a list of incidents is asked for, as its address says it. What cannot be read is left out.</summary>
public sealed record IncidentAsked
{
    public static IReadOnlyList<string> States { get; } = ["open", "ended", "all"];

    public static IReadOnlyList<string> Backs { get; } = ["1h", "24h", "7d", "30d"];

    public string State { get; init; } = States[0];

    public Rung? Rung { get; init; }

    public string Country { get; init; } = "";

    public string Site { get; init; } = "";

    /// <summary>The code of a reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Such as <c>24h</c>; empty without.</summary>
    public string Back { get; init; } = "";

    public DateTimeOffset? Since { get; init; }

    public DateTimeOffset? Before { get; init; }

    public string Search { get; init; } = "";

    public string Sort { get; init; } = "severity";

    public bool IsNarrowed =>
        Rung is not null || Since is not null || Before is not null || (Country.Length | Site.Length | Reason.Length | Back.Length | Search.Length) > 0;

    public IncidentQuery Query =>
        new(
            State switch
            {
                "ended" => false,
                "all" => null,
                _ => true,
            },
            Site.Length > 0 ? new SiteId(Site) : null,
            Since: Since,
            OnRung: Rung,
            Country: Country.Length > 0 ? Country : null,
            Search: Search.Length > 0 ? Search : null,
            Sort: Enum.Parse<IncidentSort>(Sort, ignoreCase: true),
            Before: Before,
            Back: Back.Length > 0 && NodeReader.TryDuration(Back, out var back) ? back : null,
            Reason: Reason.Length > 0 ? Reason : null
        );

    public static IncidentAsked Of(
        string? state,
        string? rung,
        string? country,
        string? site,
        string? reason,
        string? back,
        string? since,
        string? before,
        string? search,
        string? sort
    ) =>
        new()
        {
            State = States.Contains(state) ? state! : States[0],
            Rung = Enum.TryParse<Rung>(rung, ignoreCase: true, out var on) && Enum.IsDefined(on) ? on : null,
            Country = (country ?? "").Trim().ToUpperInvariant(),
            Site = (site ?? "").Trim().ToLowerInvariant(),
            Reason = reason ?? "",
            Back = back is not null && NodeReader.TryDuration(back, out _) ? back : "",
            Since = Moment(since),
            Before = Moment(before),
            Search = (search ?? "").Trim(),
            Sort = Enum.TryParse<IncidentSort>(sort, ignoreCase: true, out var by) && Enum.IsDefined(by) ? by.ToString().ToLowerInvariant() : "severity",
        };

    /// <summary>The same incidents from the API, as a file.</summary>
    public string Export(string format) =>
        QueryHelpers.AddQueryString(
            "/api/v1/incidents",
            new Dictionary<string, string?>
            {
                ["export"] = format,
                ["open"] = State switch
                {
                    "ended" => "false",
                    "all" => "all",
                    _ => "true",
                },
                ["site"] = Site,
                ["rung"] = Rung?.ToString().ToLowerInvariant(),
                ["country"] = Country,
                ["reason"] = Reason,
                ["back"] = Back,
                ["since"] = Text(Since, "Z"),
                ["before"] = Text(Before, "Z"),
                ["search"] = Search,
                ["sort"] = Sort,
            }
                .Where(one => !string.IsNullOrEmpty(one.Value))
                .ToDictionary()
        );

    /// <summary>As a field for a moment has it, in UTC.</summary>
    public static string Text(DateTimeOffset? at, string zone = "") =>
        at is { } moment ? moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture) + zone : "";

    private static DateTimeOffset? Moment(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
