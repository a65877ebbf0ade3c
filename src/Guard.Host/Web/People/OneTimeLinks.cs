using Microsoft.EntityFrameworkCore;

namespace Guard.Host.Web.People;

/// <summary>Links that work once: to make the first server admin, and to choose a password.</summary>
internal sealed class OneTimeLinks(IDbContextFactory<PeopleContext> contexts, TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>Whether nobody administers the console yet.</summary>
    public async Task<bool> IsUnclaimedAsync(CancellationToken cancel)
    {
        await using var context = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return !await context.Users.AnyAsync(person => person.Role == PersonRole.ServerAdmin, cancel).ConfigureAwait(false);
    }

    /// <param name="by">Where it is printed, or who asked for it.</param>
    /// <returns>The secret; an earlier one of the same kind and person no longer works.</returns>
    public async Task<string> IssueAsync(LinkKind kind, string? person, string by, CancellationToken cancel)
    {
        await using var context = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await IssueAsync(context, kind, person, by, cancel).ConfigureAwait(false);
    }

    /// <summary>
    /// The set-up link of a console that nobody administers: there is one for all nodes of a database, and the first to come prints it. One that a node printed
    /// before its restart is replaced by that node's next.
    /// </summary>
    /// <returns>The secret for this node to print; or null and where the link was printed.</returns>
    public async Task<(string? Secret, string PrintedBy)> ClaimSetUpAsync(string node, CancellationToken cancel)
    {
        await using var context = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        await using var transaction = await context.Database.BeginTransactionAsync(cancel).ConfigureAwait(false);
        await PeopleDatabase.LockAsync(context, cancel).ConfigureAwait(false);
        var now = clock.GetUtcNow();
        var standing = await context
            .Links.AsNoTracking()
            .FirstOrDefaultAsync(link => link.Kind == LinkKind.SetUp && link.Expires > now && link.IssuedBy != node && link.IssuedBy != "", cancel)
            .ConfigureAwait(false);
        var secret = standing is null ? await IssueAsync(context, LinkKind.SetUp, null, node, cancel).ConfigureAwait(false) : null;
        await transaction.CommitAsync(cancel).ConfigureAwait(false);
        return (secret, standing?.IssuedBy ?? node);
    }

    private async Task<string> IssueAsync(PeopleContext context, LinkKind kind, string? person, string by, CancellationToken cancel)
    {
        var secret = RandomSecret.New();
        await context.Links.Where(link => link.Kind == kind && link.PersonId == person).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
        context.Links.Add(
            new OneTimeLink
            {
                Hash = RandomSecret.HashOf(secret),
                Kind = kind,
                PersonId = person,
                Expires = clock.GetUtcNow() + Lifetime,
                IssuedBy = by,
            }
        );
        await context.SaveChangesAsync(cancel).ConfigureAwait(false);
        return secret;
    }

    /// <summary>The link, as long as it works.</summary>
    public async Task<OneTimeLink?> FindAsync(string secret, LinkKind kind, CancellationToken cancel)
    {
        var (hash, now) = (RandomSecret.HashOf(secret), clock.GetUtcNow());
        await using var context = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await context
            .Links.AsNoTracking()
            .SingleOrDefaultAsync(link => link.Hash == hash && link.Kind == kind && link.Expires > now, cancel)
            .ConfigureAwait(false);
    }

    /// <summary>Uses it up. False when somebody else did meanwhile.</summary>
    public async Task<bool> UseAsync(string secret, CancellationToken cancel)
    {
        var hash = RandomSecret.HashOf(secret);
        await using var context = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await context.Links.Where(link => link.Hash == hash).ExecuteDeleteAsync(cancel).ConfigureAwait(false) == 1;
    }
}
