using System.Globalization;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Messages.Policies;

namespace Guard.Host.ConsoleModel.WhatIf;

/// <summary>Says in a sentence what a proposed policy would have done.</summary>
internal static class WhatIfWords
{
    private const int Named = 5;

    public static string Of(IReadOnlyCollection<WhatIfAccount> accounts, bool complete, int silent)
    {
        var parts = new List<string>();
        foreach (var rung in new[] { Rung.Blocked, Rung.Suspended, Rung.Restricted, Rung.Reported })
            Say(parts, accounts.Where(one => one.After == rung && one.After > one.Before), $"would have {Verb(rung)}");
        Say(parts, accounts.Where(one => one.After < one.Before), "would have been milder to");
        Say(parts, accounts.Where(one => one.After == one.Before && one.StoppedAfter > one.StoppedBefore), "would have stopped more mails of");
        Say(parts, accounts.Where(one => one.After == one.Before && one.StoppedAfter < one.StoppedBefore), "would have stopped fewer mails of");
        Say(parts, accounts.Where(one => one.After == one.Before && one.RefusedAfter > one.RefusedBefore), "would have refused more logins of");
        Say(parts, accounts.Where(one => one.After == one.Before && one.RefusedAfter < one.RefusedBefore), "would have refused fewer logins of");
        var said = parts.Count == 0 ? "This would have changed nothing." : $"This {string.Join("; it ", parts)}.";
        if (silent > 0)
            said = string.Create(CultureInfo.InvariantCulture, $"{said} Not everything was looked at: {silent} node{(silent == 1 ? "" : "s")} did not answer.");
        return complete ? said : $"{said} Not everything was looked at: the time was up.";
    }

    private static void Say(List<string> parts, IEnumerable<WhatIfAccount> which, string verb)
    {
        var accounts = which.ToArray();
        if (accounts.Length == 0)
            return;
        var names = string.Join(", ", accounts.Take(Named).Select(one => one.User.Value));
        var more = accounts.Length > Named ? string.Create(CultureInfo.InvariantCulture, $" and {accounts.Length - Named} more") : "";
        parts.Add(string.Create(CultureInfo.InvariantCulture, $"{verb} {accounts.Length} account{(accounts.Length == 1 ? "" : "s")}: {names}{more}"));
    }

    private static string Verb(Rung rung) =>
        rung switch
        {
            Rung.Blocked => "blocked",
            Rung.Suspended => "suspended",
            Rung.Restricted => "restricted",
            _ => "reported",
        };
}
