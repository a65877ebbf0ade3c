using System.Net.Mail;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Messages.Identity;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Guard.Host.Web.People;

/// <summary>A person as the people page shows it.</summary>
public sealed record PersonRow(
    string Id,
    string Name,
    PersonRole Role,
    IReadOnlyList<string> Sites,
    IReadOnlyList<string> Accounts,
    bool TwoFactor,
    bool HasPassword,
    bool Disabled,
    DateTimeOffset? LastSignIn
);

/// <summary>What of a person is administered.</summary>
public sealed record PersonDraft(string Name, PersonRole Role, IReadOnlyList<string> Sites, IReadOnlyList<string> Accounts, bool Disabled);

/// <summary>People, administered by server admins: each change in the audit before it is confirmed, and each ends the person's sessions.</summary>
internal sealed class PeopleRegister(
    IServiceScopeFactory scopes,
    PersonSessions sessions,
    ApiTokens tokens,
    OneTimeLinks links,
    IAuditLog audit,
    TimeProvider clock
)
{
    public async Task<IReadOnlyList<PersonRow>> ListAsync(AccessScope scope, CancellationToken cancel)
    {
        Demand(scope);
        using var services = scopes.CreateScope();
        var people = await services
            .ServiceProvider.GetRequiredService<PeopleContext>()
            .Users.AsNoTracking()
            .OrderBy(person => person.UserName)
            .ToListAsync(cancel)
            .ConfigureAwait(false);
        return [.. people.Select(Row)];
    }

    /// <returns>The secret of a link with which the person chooses a password.</returns>
    /// <exception cref="BadRequestException">The name is taken or none.</exception>
    public async Task<string> AddAsync(AccessScope scope, PersonDraft draft, CancellationToken cancel)
    {
        Demand(scope);
        using var services = scopes.CreateScope();
        var users = services.ServiceProvider.GetRequiredService<UserManager<Person>>();
        var person = new Person
        {
            UserName = Name(draft.Name),
            Email = draft.Name.Contains('@', StringComparison.Ordinal) ? draft.Name : null,
            Created = clock.GetUtcNow(),
        };
        Take(person, draft);
        await audit.WriteAsync(AuditDraft.Of(scope, "person.add", null, person.UserName, Describe(draft)), cancel).ConfigureAwait(false);
        Must(await users.CreateAsync(person).ConfigureAwait(false));
        return await links.IssueAsync(LinkKind.Password, person.Id, "", cancel).ConfigureAwait(false);
    }

    public async Task ChangeAsync(AccessScope scope, string id, PersonDraft draft, CancellationToken cancel)
    {
        Demand(scope);
        using var services = scopes.CreateScope();
        var users = services.ServiceProvider.GetRequiredService<UserManager<Person>>();
        var person = await FindAsync(users, id).ConfigureAwait(false);
        if (person.Role == PersonRole.ServerAdmin && (draft.Role != PersonRole.ServerAdmin || draft.Disabled))
            await KeepAnAdminAsync(users, id, cancel).ConfigureAwait(false);
        await audit.WriteAsync(AuditDraft.Of(scope, "person.change", null, person.UserName!, Describe(draft)), cancel).ConfigureAwait(false);
        Take(person, draft);
        Must(await users.UpdateAsync(person).ConfigureAwait(false));
        await sessions.EndAllAsync(id, cancel).ConfigureAwait(false);
        tokens.LookAgain();
    }

    public async Task RemoveAsync(AccessScope scope, string id, CancellationToken cancel)
    {
        Demand(scope);
        using var services = scopes.CreateScope();
        var users = services.ServiceProvider.GetRequiredService<UserManager<Person>>();
        var person = await FindAsync(users, id).ConfigureAwait(false);
        if (person.Role == PersonRole.ServerAdmin)
            await KeepAnAdminAsync(users, id, cancel).ConfigureAwait(false);
        await audit.WriteAsync(AuditDraft.Of(scope, "person.remove", null, person.UserName!, ""), cancel).ConfigureAwait(false);
        await sessions.EndAllAsync(id, cancel).ConfigureAwait(false);
        await tokens.RevokeAllAsync(id, cancel).ConfigureAwait(false);
        Must(await users.DeleteAsync(person).ConfigureAwait(false));
    }

    /// <summary>A link for somebody who lost the password or the second factor; the second factor is off until set up anew.</summary>
    /// <returns>The link's secret.</returns>
    public async Task<string> ResetAsync(AccessScope scope, string id, CancellationToken cancel)
    {
        Demand(scope);
        using var services = scopes.CreateScope();
        var users = services.ServiceProvider.GetRequiredService<UserManager<Person>>();
        var person = await FindAsync(users, id).ConfigureAwait(false);
        await audit.WriteAsync(AuditDraft.Of(scope, "person.reset", null, person.UserName!, ""), cancel).ConfigureAwait(false);
        person.PasswordHash = null;
        person.TwoFactorEnabled = false;
        Must(await users.UpdateSecurityStampAsync(person).ConfigureAwait(false));
        await sessions.EndAllAsync(id, cancel).ConfigureAwait(false);
        await tokens.RevokeAllAsync(id, cancel).ConfigureAwait(false);
        return await links.IssueAsync(LinkKind.Password, id, "", cancel).ConfigureAwait(false);
    }

    private static void Demand(AccessScope scope)
    {
        scope.DemandEverywhere(AccessRights.View);
        if (!scope.May(AccessRights.EditPolicy | AccessRights.Block))
            throw new AccessDeniedException("people are administered by server admins");
    }

    private static async Task KeepAnAdminAsync(UserManager<Person> users, string but, CancellationToken cancel)
    {
        if (!await users.Users.AnyAsync(person => person.Role == PersonRole.ServerAdmin && !person.Disabled && person.Id != but, cancel).ConfigureAwait(false))
            throw new BadRequestException("the last server admin stays");
    }

    private static async Task<Person> FindAsync(UserManager<Person> users, string id) =>
        await users.FindByIdAsync(id).ConfigureAwait(false) ?? throw new NotThereException("no such person");

    private static void Take(Person person, PersonDraft draft)
    {
        person.Role = draft.Role;
        person.Sites = [.. draft.Sites.Select(site => site.Trim().ToLowerInvariant()).Where(site => site.Length > 0)];
        person.Accounts = [.. draft.Accounts.Select(account => account.Trim().ToLowerInvariant()).Where(account => account.Length > 0)];
        person.Disabled = draft.Disabled;
    }

    private static string Name(string name)
    {
        var trimmed = name.Trim();
        if (
            trimmed.Length is < 2 or > 200
            || !Printable.IsPlain(trimmed)
            || (trimmed.Contains('@', StringComparison.Ordinal) && !MailAddress.TryCreate(trimmed, out _))
        )
            throw new BadRequestException($"'{trimmed}' is not a name to sign in with");
        return trimmed;
    }

    private static void Must(IdentityResult result)
    {
        if (!result.Succeeded)
            throw new BadRequestException(string.Join(' ', result.Errors.Select(error => error.Description)));
    }

    private static string Describe(PersonDraft draft) =>
        $"{InWords(draft.Role)}{(draft.Sites.Count > 0 ? $" of {string.Join(", ", draft.Sites)}" : "")}{(draft.Accounts.Count > 0 ? $" of {string.Join(", ", draft.Accounts)}" : "")}{(draft.Disabled ? ", may not sign in" : "")}";

    private static string InWords(PersonRole role) =>
        role switch
        {
            PersonRole.AccountOwner => "account owner",
            PersonRole.SiteOwner => "site owner",
            PersonRole.ServerAdmin => "server admin",
            _ => "read-only",
        };

    private static PersonRow Row(Person person) =>
        new(
            person.Id,
            person.UserName ?? "",
            person.Role,
            person.Sites,
            person.Accounts,
            person.TwoFactorEnabled,
            person.PasswordHash is not null,
            person.Disabled,
            person.LastSignIn
        );
}
