using System.Collections.Immutable;
using Guard.Messages.Identity;

namespace Guard.Host.ConsoleModel.Contracts;

/// <summary>What somebody may do within their reach.</summary>
[Flags]
public enum AccessRights
{
    None = 0,

    /// <summary>See accounts, incidents, time lines, policies.</summary>
    View = 1,

    /// <summary>Say of an account "that was me" (absolve) or "that was not me" (confirm).</summary>
    Answer = 2,

    /// <summary>Release and lock accounts, release sites.</summary>
    Act = 4,

    /// <summary>Change policies.</summary>
    EditPolicy = 8,

    /// <summary>Block networks and lift blocks; only together with <see cref="AccessScope.Everything"/>.</summary>
    Block = 16,

    /// <summary>Read the audit: of the own sites, or all of it.</summary>
    Audit = 32,
}

/// <summary>
/// Who asks, from where, what lies in their reach and what they may do there. Every service takes one and enforces it itself; the default reaches nothing.
/// What lies out of reach does not exist for its holder (<see cref="NotThereException"/>); what they may see and not do is <see cref="AccessDeniedException"/>.
/// </summary>
/// <param name="Who">Lasting name of the person or token, for the audit.</param>
/// <param name="From">Address of the browser or tool, or <c>local socket</c>.</param>
public sealed record AccessScope(string Who, string From)
{
    /// <summary>Every site and account, and what belongs to the server as a whole.</summary>
    public bool Everything { get; init; }

    /// <summary>Whole sites with all of their accounts.</summary>
    public ImmutableHashSet<SiteId> Sites { get; init; } = [];

    /// <summary>Single accounts.</summary>
    public ImmutableHashSet<UserId> Accounts { get; init; } = [];

    public AccessRights Rights { get; init; }

    /// <summary>Whether it is somebody who owns mailboxes and runs nothing.</summary>
    public bool IsOwnerOnly => !Everything && Sites.IsEmpty && !Accounts.IsEmpty;

    public static AccessScope Nobody { get; } = new("nobody", "");

    public static AccessScope ServerAdmin(string who, string from) =>
        new(who, from)
        {
            Everything = true,
            Rights = AccessRights.View | AccessRights.Answer | AccessRights.Act | AccessRights.EditPolicy | AccessRights.Block | AccessRights.Audit,
        };

    public static AccessScope SiteOwner(string who, string from, params IEnumerable<SiteId> sites) =>
        new(who, from)
        {
            Sites = [.. sites],
            Rights = AccessRights.View | AccessRights.Answer | AccessRights.Act | AccessRights.EditPolicy | AccessRights.Audit,
        };

    public static AccessScope AccountOwner(string who, string from, params IEnumerable<UserId> accounts) =>
        new(who, from) { Accounts = [.. accounts], Rights = AccessRights.View | AccessRights.Answer };

    /// <summary>Sees everything and changes nothing.</summary>
    public static AccessScope ReadOnly(string who, string from) => new(who, from) { Everything = true, Rights = AccessRights.View | AccessRights.Audit };

    /// <summary>The same reach with fewer rights, such as those of a token.</summary>
    public AccessScope Narrow(AccessRights rights) => this with { Rights = Rights & rights };

    public bool May(AccessRights right) => right != AccessRights.None && (Rights & right) == right;

    /// <summary>Whether a site as a whole lies in reach.</summary>
    public bool Reaches(SiteId site) => Everything || Sites.Contains(site);

    /// <param name="site">The site that the account belongs to by the policies in force.</param>
    public bool Reaches(UserId user, SiteId site) => Reaches(site) || Accounts.Contains(user);

    /// <exception cref="NotThereException">The site lies out of reach.</exception>
    /// <exception cref="AccessDeniedException">The right is missing.</exception>
    public void Demand(AccessRights right, SiteId site)
    {
        if (!May(AccessRights.View) || !Reaches(site))
            throw new NotThereException($"no site {site}");
        Demand(right);
    }

    /// <inheritdoc cref="Demand(AccessRights, SiteId)"/>
    public void Demand(AccessRights right, UserId user, SiteId site)
    {
        if (!May(AccessRights.View) || !Reaches(user, site))
            throw new NotThereException($"no account {user}");
        Demand(right);
    }

    /// <summary>For what belongs to the server as a whole.</summary>
    /// <exception cref="AccessDeniedException">The right or the reach is missing.</exception>
    public void DemandEverywhere(AccessRights right)
    {
        if (!Everything)
            throw new AccessDeniedException("this needs the rights of a server admin");
        Demand(right);
    }

    private void Demand(AccessRights right)
    {
        if (!May(right))
            throw new AccessDeniedException($"this needs the right to {right.ToString().ToLowerInvariant()}");
    }
}
