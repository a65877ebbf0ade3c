using Guard.Host.Intake.Routing;

namespace Guard.Host.Node.Health;

/// <summary>Sites at which many addresses guess names that no account has: none of them need fail often enough to be blocked.</summary>
internal static class GuessChecks
{
    private const int MaxNamed = 5;

    public static IEnumerable<Finding> Look(GuessedSites guessed)
    {
        const string check = "strangers";
        var sites = guessed.Attacked();
        if (sites.Count == 0)
            return [Finding.Ok(check, "nobody guesses names in numbers")];
        return sites
            .Take(MaxNamed)
            .Select(site =>
                Finding.Warning(
                    $"{check} at {site.Site.Value}",
                    Text(site),
                    "accounts are safe from it as long as their passwords are; brute-force decides who is blocked"
                )
            );
    }

    /// <summary>In words.</summary>
    public static string Text(GuessedSite site) =>
        FormattableString.Invariant(
            $"{site.Failures} failed logins within an hour, of about {site.Names} names that nobody knows, from about {site.Addresses} addresses; usual are {site.Usual:F0}"
        );
}
