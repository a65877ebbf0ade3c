using System.Collections.Concurrent;
using Guard.Messages.Identity;
using Microsoft.EntityFrameworkCore;

namespace Guard.Host.Web.People;

/// <summary>A session as the person sees it in the list of the own ones.</summary>
public sealed record SessionRow(string Id, DateTimeOffset Created, DateTimeOffset LastSeen, string Address, string Browser);

/// <summary>
/// Sign-ins that go on. They end when nothing was done for <see cref="Configuration.ConsoleSettings.IdleTimeout"/>, after
/// <see cref="Configuration.ConsoleSettings.SessionFor"/> in any case, on signing out, and all of a person's at once when password, role or reach change.
/// </summary>
internal sealed class PersonSessions(IDbContextFactory<PeopleContext> contexts, Configuration.ConsoleSettings settings, TimeProvider clock)
{
    /// <summary>How long what the database said is believed; another node's sign-out holds here after this time.</summary>
    private static readonly TimeSpan Believed = TimeSpan.FromSeconds(10);

    /// <summary>How often the time of the last act is written down.</summary>
    private static readonly TimeSpan WriteEvery = TimeSpan.FromMinutes(1);

    private const int MaxRemembered = 10_000;

    private readonly ConcurrentDictionary<string, Remembered> _known = new();

    /// <returns>The secret for the cookie.</returns>
    public async Task<string> BeginAsync(Person person, string address, string browser, CancellationToken cancel)
    {
        var secret = RandomSecret.New();
        var now = clock.GetUtcNow();
        await using var context = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var oldest = now - settings.SessionFor;
        await context.Sessions.Where(session => session.Created < oldest).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
        context.Sessions.Add(
            new PersonSession
            {
                Id = RandomSecret.HashOf(secret),
                PersonId = person.Id,
                Created = now,
                LastSeen = now,
                Address = address,
                Browser = Printable.Of(browser.Length > 200 ? browser[..200] : browser),
            }
        );
        await context.SaveChangesAsync(cancel).ConfigureAwait(false);
        return secret;
    }

    /// <summary>The person whose session it is; null when there is none, or no longer.</summary>
    /// <param name="act">Somebody did something: the session is not idle.</param>
    public async ValueTask<Person?> FindAsync(string secret, bool act, CancellationToken cancel)
    {
        var id = RandomSecret.HashOf(secret);
        var now = clock.GetUtcNow();
        if (!_known.TryGetValue(id, out var known) || now - known.Read > Believed)
        {
            known = await ReadAsync(id, now, cancel).ConfigureAwait(false);
            if (known is null)
            {
                _known.TryRemove(id, out _);
                return null;
            }
        }
        if (now - known.Session.Created > settings.SessionFor || now - known.LastAct > settings.IdleTimeout)
        {
            await EndAsync(secret, cancel).ConfigureAwait(false);
            return null;
        }
        if (act)
            known = known with { LastAct = now };
        if (act && now - known.Session.LastSeen > WriteEvery)
        {
            await using var context = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
            await context
                .Sessions.Where(session => session.Id == id)
                .ExecuteUpdateAsync(set => set.SetProperty(session => session.LastSeen, now), cancel)
                .ConfigureAwait(false);
            known.Session.LastSeen = now;
        }
        if (_known.Count > MaxRemembered)
            _known.Clear();
        _known[id] = known;
        return known.Person;
    }

    public async Task EndAsync(string secret, CancellationToken cancel)
    {
        var id = RandomSecret.HashOf(secret);
        _known.TryRemove(id, out _);
        await using var context = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        await context.Sessions.Where(session => session.Id == id).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>When a session began; null when there is none.</summary>
    public async Task<DateTimeOffset?> BegunAsync(string secret, CancellationToken cancel)
    {
        var id = RandomSecret.HashOf(secret);
        await using var context = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return (await context.Sessions.AsNoTracking().SingleOrDefaultAsync(session => session.Id == id, cancel).ConfigureAwait(false))?.Created;
    }

    /// <summary>Signs somebody out everywhere.</summary>
    public async Task EndAllAsync(string person, CancellationToken cancel)
    {
        await using var context = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        await context.Sessions.Where(session => session.PersonId == person).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
        _known.Clear();
    }

    public async Task<IReadOnlyList<SessionRow>> ListAsync(string person, CancellationToken cancel)
    {
        await using var context = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var rows = await context
            .Sessions.AsNoTracking()
            .Where(session => session.PersonId == person)
            .OrderByDescending(session => session.LastSeen)
            .ToListAsync(cancel)
            .ConfigureAwait(false);
        return [.. rows.Select(row => new SessionRow(row.Id[..8], row.Created, row.LastSeen, row.Address, row.Browser))];
    }

    private async Task<Remembered?> ReadAsync(string id, DateTimeOffset now, CancellationToken cancel)
    {
        await using var context = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var session = await context.Sessions.AsNoTracking().SingleOrDefaultAsync(session => session.Id == id, cancel).ConfigureAwait(false);
        if (session is null)
            return null;
        var person = await context.Users.AsNoTracking().SingleOrDefaultAsync(person => person.Id == session.PersonId, cancel).ConfigureAwait(false);
        if (person is null || person.Disabled)
            return null;
        var before = _known.TryGetValue(id, out var known) ? known.LastAct : session.LastSeen;
        return new Remembered(session, person, now, before > session.LastSeen ? before : session.LastSeen);
    }

    private sealed record Remembered(PersonSession Session, Person Person, DateTimeOffset Read, DateTimeOffset LastAct);
}
