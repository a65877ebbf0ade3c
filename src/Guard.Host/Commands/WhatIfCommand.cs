using System.Globalization;
using System.Text.Json;
using Guard.Host.Configuration;
using Guard.Host.Replay;
using Guard.Host.Texts;

namespace Guard.Host.Commands;

/// <summary><c>replay --compare A B</c> and <c>replay --suggest</c>: what other settings would have meant over the same logs.</summary>
public static class WhatIfCommand
{
    public static int Compare(
        string before,
        string after,
        string? geoip,
        string format,
        IReadOnlyDictionary<string, string> sets,
        IReadOnlyList<string> files
    ) =>
        ReplayInput.Run(() =>
        {
            var (one, other) = (GuardConfiguration.Load(before, sets), GuardConfiguration.Load(after, sets));
            if (one.Settings is not { } first || other.Settings is not { } second)
                return ConfigurationMistakes.Refuse([.. one.Faults, .. other.Faults], Console.Error);
            var input = ReplayInput.Open(first, geoip, files);
            var comparison = new Comparison(first.Policies, second.Policies);
            new ReplayRun(input.Parser(), comparison.Before, new ReplayProgress(Console.Error, !Console.IsErrorRedirected), Warn, comparison.After).Run(
                input.Files
            );
            var differences = comparison.Differences();
            if (format != "text")
            {
                OutputFormat.WriteJson(Console.Out, OutputFormat.Rows(format), differences.Select(Json));
                return 0;
            }
            foreach (var difference in differences)
                Console.Out.WriteLine(
                    $"{IncidentText.Safe(difference.User.Value)}: {IncidentText.Name(difference.Before)} with {before}, {IncidentText.Name(difference.After)} with {after}; {difference.StoppedBefore} and {difference.StoppedAfter} mails stopped, {difference.RefusedBefore} and {difference.RefusedAfter} logins refused{(difference.Why.Length > 0 ? "\n    " + difference.Why : "")}"
                );
            Console.Out.WriteLine($"{differences.Count} of {comparison.Before.Users.Count()} accounts would have been treated differently");
            return 0;
        });

    public static int Suggest(string? config, string? geoip, string format, IReadOnlyDictionary<string, string> sets, IReadOnlyList<string> files) =>
        ReplayInput.Run(() =>
        {
            var loaded = GuardConfiguration.Load(config, sets);
            if (loaded.Settings is not { } settings)
                return ConfigurationMistakes.Refuse(loaded.Faults, Console.Error);
            var input = ReplayInput.Open(settings, geoip, files);
            var suggestions = new QuotaSuggestions(settings.Policies.SiteOf);
            new ReplayRun(
                input.Parser(),
                new ReplayEngine(settings.Policies, new CollectingWriter()),
                new ReplayProgress(Console.Error, !Console.IsErrorRedirected),
                Warn,
                suggestions
            ).Run(input.Files);
            if (format != "text")
            {
                OutputFormat.WriteJson(Console.Out, OutputFormat.Rows(format), suggestions.Suggest().Select(Json));
                return 0;
            }
            foreach (var site in suggestions.Suggest())
            {
                Console.Out.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"# {site.Site}: {site.Accounts} accounts send; the busiest day of one had {site.Busiest} recipients, 99 of 100 days at most {site.Usual}"
                    )
                );
                foreach (var cost in site.Costs)
                    Console.Out.WriteLine(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"#   {cost.Limit,6} a day would have stopped {cost.Accounts} accounts on {cost.Days} days"
                        )
                    );
                Console.Out.WriteLine(
                    $"accountguard.policy.sites.\"{site.Site}\".quotas = [ {{ per = 1d, recipients = {site.UserLimit} }}, {{ per = 1d, recipients = {site.SiteLimit}, of = site }} ]"
                );
            }
            return 0;
        });

    private static string Json(TreatedDifferently difference) =>
        JsonSerializer.Serialize(
            new
            {
                type = "difference",
                user = difference.User.Value,
                before = IncidentText.Name(difference.Before),
                after = IncidentText.Name(difference.After),
                stopped_before = difference.StoppedBefore,
                stopped_after = difference.StoppedAfter,
                refused_logins_before = difference.RefusedBefore,
                refused_logins_after = difference.RefusedAfter,
                why = difference.Why,
            }
        );

    private static string Json(SiteSuggestion site) =>
        JsonSerializer.Serialize(
            new
            {
                type = "suggestion",
                site = site.Site.Value,
                accounts = site.Accounts,
                busiest = site.Busiest,
                usual = site.Usual,
                user_limit = site.UserLimit,
                site_limit = site.SiteLimit,
                costs = site.Costs.Select(cost => new
                {
                    limit = cost.Limit,
                    accounts = cost.Accounts,
                    days = cost.Days,
                }),
            }
        );

    private static void Warn(string message) => Console.Error.WriteLine($"warning: {message}");
}
