using System.Collections.Concurrent;
using Guard.Host.ConsoleModel.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Guard.Host.Web.People;

/// <summary>A token as it is listed: without its secret.</summary>
public sealed record TokenRow(string Id, string Name, AccessRights Rights, DateTimeOffset Created, DateTimeOffset? Expires, DateTimeOffset? LastUsed);

/// <summary>Keys for tools: each reaches what its owner reaches, and may do the part of it that it was made for.</summary>
internal sealed class ApiTokens(IDbContextFactory<PeopleContext> contexts, TimeProvider clock)
{
    public const string Prefix = "agt_";

    private const int MaxRemembered = 1_000;
    private static readonly TimeSpan Believed = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, (ApiToken Token, Person Person, DateTimeOffset Read)> _known = new();

    /// <returns>The token itself, which is never to be had again.</returns>
    public async Task<string> CreateAsync(string person, string name, AccessRights rights, TimeSpan? lasts, CancellationToken cancel)
    {
        var secret = Prefix + RandomSecret.New();
        var now = clock.GetUtcNow();
        await using var context = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        context.Tokens.Add(
            new ApiToken
            {
                Id = Guid.NewGuid().ToString("N"),
                PersonId = person,
                Hash = RandomSecret.HashOf(secret),
                Name = name,
                Rights = rights.ToString(),
                Created = now,
                Expires = now + lasts,
            }
        );
        await context.SaveChangesAsync(cancel).ConfigureAwait(false);
        return secret;
    }

    public async Task<IReadOnlyList<TokenRow>> ListAsync(string person, CancellationToken cancel)
    {
        await using var context = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var tokens = await context
            .Tokens.AsNoTracking()
            .Where(token => token.PersonId == person)
            .OrderBy(token => token.Created)
            .ToListAsync(cancel)
            .ConfigureAwait(false);
        return [.. tokens.Select(token => new TokenRow(token.Id, token.Name, RightsOf(token), token.Created, token.Expires, token.LastUsed))];
    }

    public async Task RevokeAsync(string person, string token, CancellationToken cancel)
    {
        await using var context = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        await context.Tokens.Where(row => row.Id == token && row.PersonId == person).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
        _known.Clear();
    }

    /// <summary>The token and its owner; null when it is unknown, revoked, over, or its owner may not sign in.</summary>
    public async Task<(ApiToken Token, Person Person)?> FindAsync(string secret, CancellationToken cancel)
    {
        var (hash, now) = (RandomSecret.HashOf(secret), clock.GetUtcNow());
        if (_known.TryGetValue(hash, out var known) && now - known.Read < Believed && !(known.Token.Expires < now))
            return (known.Token, known.Person);
        await using var context = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var token = await context.Tokens.SingleOrDefaultAsync(row => row.Hash == hash, cancel).ConfigureAwait(false);
        if (token is null || token.Expires < now)
            return null;
        var person = await context.Users.AsNoTracking().SingleOrDefaultAsync(row => row.Id == token.PersonId, cancel).ConfigureAwait(false);
        if (person is null || person.Disabled)
            return null;
        token.LastUsed = now;
        await context.SaveChangesAsync(cancel).ConfigureAwait(false);
        if (_known.Count > MaxRemembered)
            _known.Clear();
        _known[hash] = (token, person, now);
        return (token, person);
    }

    public static AccessRights RightsOf(ApiToken token) => Enum.TryParse<AccessRights>(token.Rights, out var rights) ? rights : AccessRights.None;
}
