using System.Collections.Concurrent;
using Guard.Host.ConsoleModel.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Guard.Host.Web.People;

/// <summary>A token as it is listed: without its secret.</summary>
public sealed record TokenRow(string Id, string Name, AccessRights Rights, DateTimeOffset Created, DateTimeOffset? Expires, DateTimeOffset? LastUsed);

/// <summary>
/// Keys for tools: each reaches what its owner reaches, and may do the part of it that it was made for. Every one ends: when its time is over, when it is revoked, and
/// with its owner's password.
/// </summary>
internal sealed class ApiTokens(IDbContextFactory<PeopleContext> contexts, Configuration.ConsoleSettings settings, TimeProvider clock)
{
    public const string Prefix = "agt_";

    private const int MaxRemembered = 1_000;
    private static readonly TimeSpan Believed = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, (ApiToken Token, Person Person, DateTimeOffset Read)> _known = new();

    /// <param name="lasts">At most <see cref="Configuration.ConsoleSettings.TokenLifetime"/>.</param>
    /// <returns>The token itself, which is never to be had again.</returns>
    public async Task<string> CreateAsync(string person, string name, AccessRights rights, TimeSpan lasts, CancellationToken cancel)
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
                Expires = now + (lasts < settings.TokenLifetime ? lasts : settings.TokenLifetime),
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

    /// <summary>Revokes all of a person's.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> RevokeAllAsync(string person, CancellationToken cancel)
    {
        await using var context = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var revoked = await context.Tokens.Where(row => row.PersonId == person).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
        _known.Clear();
        return revoked;
    }

    /// <summary>Forgets what it read of tokens and their owners: something of them changed.</summary>
    public void LookAgain() => _known.Clear();

    /// <summary>Gives an end to tokens of former versions that have none, and to those that would outlast the setting.</summary>
    /// <returns>How many got one.</returns>
    public async Task<int> LimitAsync(CancellationToken cancel)
    {
        DateTimeOffset? end = clock.GetUtcNow() + settings.TokenLifetime;
        await using var context = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await context
            .Tokens.Where(row => row.Expires == null || row.Expires > end)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Expires, end), cancel)
            .ConfigureAwait(false);
    }

    /// <summary>The token and its owner; null when it is unknown, revoked, over, or its owner may not sign in.</summary>
    public async Task<(ApiToken Token, Person Person)?> FindAsync(string secret, CancellationToken cancel)
    {
        var (hash, now) = (RandomSecret.HashOf(secret), clock.GetUtcNow());
        if (_known.TryGetValue(hash, out var known) && now - known.Read < Believed && !(known.Token.Expires < now))
            return (known.Token, known.Person);
        await using var context = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var token = await context.Tokens.SingleOrDefaultAsync(row => row.Hash == hash, cancel).ConfigureAwait(false);
        if (token?.Expires is not { } end || end < now)
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
