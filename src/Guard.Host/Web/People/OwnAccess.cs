using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Web.Security;
using Guard.Messages.Identity;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using QRCoder;

namespace Guard.Host.Web.People;

/// <summary>How a person's own sign-in is secured.</summary>
public sealed record OwnSecurity(
    string Name,
    PersonRole Role,
    bool TwoFactor,
    bool HasPassword,
    int RecoveryCodesLeft,
    IReadOnlyList<SessionRow> Sessions,
    IReadOnlyList<TokenRow> Tokens
);

/// <summary>A token to be made.</summary>
public sealed record TokenDraft(string Name, AccessRights Rights, TimeSpan Lasts);

/// <summary>What somebody may change of the own sign-in: second factor, password, tokens, sessions.</summary>
internal sealed class OwnAccess(
    IServiceScopeFactory scopes,
    PersonSessions sessions,
    ApiTokens tokens,
    SecondFactor second,
    PasswordWork passwords,
    SignInThrottle throttle,
    IAuditLog audit,
    TimeProvider clock
)
{
    /// <summary>Counts guesses of whoever sits at somebody's open page, apart from those at the door.</summary>
    private const string AtOwnPage = "own page";

    /// <summary>Who has no password (the provider knows it) has to have signed in so lately.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    private const int RecoveryCodes = 10;

    public Task<OwnSecurity> GetAsync(string person, CancellationToken cancel) =>
        WithAsync(
            person,
            async (users, own) =>
                new OwnSecurity(
                    own.UserName ?? "",
                    own.Role,
                    own.TwoFactorEnabled,
                    own.PasswordHash is not null,
                    await users.CountRecoveryCodesAsync(own).ConfigureAwait(false),
                    await sessions.ListAsync(person, cancel).ConfigureAwait(false),
                    await tokens.ListAsync(person, cancel).ConfigureAwait(false)
                )
        );

    /// <summary>The key for an authenticator app, in letters and as a picture.</summary>
    public Task<(string Key, string Picture)> AuthenticatorAsync(string person) =>
        WithAsync(
            person,
            async (users, own) =>
            {
                if (own.TwoFactorEnabled)
                    throw new BadRequestException("the second factor is set up already");
                var (key, address) = await SecondFactor.KeyAsync(users, own).ConfigureAwait(false);
                using var generator = new QRCodeGenerator();
                using var data = generator.CreateQrCode(address, QRCodeGenerator.ECCLevel.M);
                using var code = new PngByteQRCode(data);
                return (key, $"data:image/png;base64,{Convert.ToBase64String(code.GetGraphic(6))}");
            }
        );

    /// <returns>Recovery codes, shown once; null when the code is wrong.</returns>
    public Task<IReadOnlyList<string>?> TurnOnAsync(AccessScope scope, string person, string code, CancellationToken cancel) =>
        WithAsync<IReadOnlyList<string>?>(
            person,
            async (users, own) =>
            {
                if (own.TwoFactorEnabled || !await AcceptAsync(users, own, code).ConfigureAwait(false))
                    return null;
                await audit.WriteAsync(AuditDraft.Of(scope, "person.second-factor", null, own.UserName!, "on"), cancel).ConfigureAwait(false);
                await users.SetTwoFactorEnabledAsync(own, true).ConfigureAwait(false);
                return [.. await users.GenerateNewTwoFactorRecoveryCodesAsync(own, RecoveryCodes).ConfigureAwait(false) ?? []];
            }
        );

    /// <summary>False when the code is wrong.</summary>
    public Task<bool> TurnOffAsync(AccessScope scope, string person, string code, CancellationToken cancel) =>
        WithAsync(
            person,
            async (users, own) =>
            {
                if (!await AcceptAsync(users, own, code).ConfigureAwait(false))
                    return false;
                await audit.WriteAsync(AuditDraft.Of(scope, "person.second-factor", null, own.UserName!, "off"), cancel).ConfigureAwait(false);
                await users.SetTwoFactorEnabledAsync(own, false).ConfigureAwait(false);
                await users.ResetAuthenticatorKeyAsync(own).ConfigureAwait(false);
                return true;
            }
        );

    /// <returns>The key of what is wrong; null when it was changed. All sessions and tokens end then.</returns>
    public Task<string?> ChangePasswordAsync(AccessScope scope, string person, string present, string next, CancellationToken cancel) =>
        WithAsync<string?>(
            person,
            async (users, own) =>
            {
                if (own.PasswordHash is not null && !await IsRightAsync(own, present, cancel).ConfigureAwait(false))
                    return "password.present";
                if (PasswordRules.Problem(next, own.UserName!) is { } weak)
                    return weak;
                await audit.WriteAsync(AuditDraft.Of(scope, "person.password", null, own.UserName!, "by its owner"), cancel).ConfigureAwait(false);
                own.PasswordHash = await passwords.HashAsync(own, next, cancel).ConfigureAwait(false);
                await users.UpdateSecurityStampAsync(own).ConfigureAwait(false);
                await EndAllAsync(person, cancel).ConfigureAwait(false);
                return null;
            }
        );

    /// <summary>Ends what a password let in: every session and every token.</summary>
    public async Task EndAllAsync(string person, CancellationToken cancel)
    {
        await sessions.EndAllAsync(person, cancel).ConfigureAwait(false);
        await tokens.RevokeAllAsync(person, cancel).ConfigureAwait(false);
    }

    /// <summary>A token outlasts the session that it is made in, so it needs the password again.</summary>
    /// <param name="session">The asker's session.</param>
    /// <returns>The token, shown once; or the key of what is wrong.</returns>
    public Task<(string? Token, string? Problem)> CreateTokenAsync(
        AccessScope scope,
        string person,
        string? session,
        TokenDraft draft,
        string password,
        CancellationToken cancel
    ) =>
        WithAsync<(string?, string?)>(
            person,
            async (_, own) =>
            {
                var (name, granted) = (draft.Name.Trim(), draft.Rights & scope.Rights);
                if (name.Length is 0 or > 100 || !Printable.IsPlain(name) || granted == AccessRights.None)
                    throw new BadRequestException("a token has a name and at least one right");
                if (own.PasswordHash is null)
                {
                    var begun = session is null ? null : await sessions.BegunAsync(session, cancel).ConfigureAwait(false);
                    if (begun is null || clock.GetUtcNow() - begun > Fresh)
                        return (null, "me.token-fresh");
                }
                else if (!await IsRightAsync(own, password, cancel).ConfigureAwait(false))
                {
                    await audit.WriteAsync(AuditDraft.Of(scope, "token.create", null, name, "wrong password", "refused"), cancel).ConfigureAwait(false);
                    return (null, "set-up.password.present");
                }
                await audit.WriteAsync(AuditDraft.Of(scope, "token.create", null, name, granted.ToString()), cancel).ConfigureAwait(false);
                return (await tokens.CreateAsync(person, name, granted, draft.Lasts, cancel).ConfigureAwait(false), null);
            }
        );

    private async Task<bool> IsRightAsync(Person own, string password, CancellationToken cancel)
    {
        using var attempt = throttle.Begin(own.NormalizedUserName!, null, AtOwnPage);
        if (!attempt.MayGoOn)
            throw new BadRequestException(Texts.Wording.Say("sign-in.wait", Math.Ceiling(attempt.Wait.TotalSeconds)));
        var right = password.Length <= PasswordRules.Longest && await passwords.IsRightAsync(own, password, true, cancel).ConfigureAwait(false);
        if (!right)
            attempt.Failed();
        return right;
    }

    private async Task<bool> AcceptAsync(UserManager<Person> users, Person own, string code)
    {
        using var attempt = throttle.Begin(own.NormalizedUserName!, null, AtOwnPage, SignInStep.Code);
        if (!attempt.MayGoOn)
            throw new BadRequestException(Texts.Wording.Say("sign-in.wait", Math.Ceiling(attempt.Wait.TotalSeconds)));
        var right = await second.AcceptAsync(users, own, code).ConfigureAwait(false);
        if (!right)
            attempt.Failed();
        return right;
    }

    public async Task RevokeTokenAsync(AccessScope scope, string person, TokenRow token, CancellationToken cancel)
    {
        await audit.WriteAsync(AuditDraft.Of(scope, "token.revoke", null, token.Name, ""), cancel).ConfigureAwait(false);
        await tokens.RevokeAsync(person, token.Id, cancel).ConfigureAwait(false);
    }

    private async Task<T> WithAsync<T>(string person, Func<UserManager<Person>, Person, Task<T>> act)
    {
        using var services = scopes.CreateScope();
        var users = services.ServiceProvider.GetRequiredService<UserManager<Person>>();
        return await act(users, await users.FindByIdAsync(person).ConfigureAwait(false) ?? throw new NotThereException("no such person")).ConfigureAwait(false);
    }
}
