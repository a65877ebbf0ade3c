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

/// <summary>That somebody is who is signed in: the password, and the session for those who have none here.</summary>
public sealed record Confirmation(string Password, string? Session);

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

    private const string FactorAct = "person.second-factor";
    private const string WrongCode = "sign-in.code";

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

    /// <summary>A key for an authenticator app, in letters and as a picture: a new one each time, since somebody may have seen the one before.</summary>
    /// <param name="confirmation">That it is the person who asks, and not whoever sits at their open page.</param>
    /// <returns>The key, or the key of what is wrong.</returns>
    public Task<(string Key, string Picture, string? Problem)> AuthenticatorAsync(
        AccessScope scope,
        string person,
        Confirmation confirmation,
        CancellationToken cancel
    ) =>
        WithAsync<(string, string, string?)>(
            person,
            async (users, own) =>
            {
                if (own.TwoFactorEnabled)
                    throw new BadRequestException("the second factor is set up already");
                if (await ProblemAsync(scope, own, confirmation, FactorAct, "me.factor-fresh", cancel).ConfigureAwait(false) is { } problem)
                    return ("", "", problem);
                var (key, address) = await SecondFactor.NewKeyAsync(users, own).ConfigureAwait(false);
                using var generator = new QRCodeGenerator();
                using var data = generator.CreateQrCode(address, QRCodeGenerator.ECCLevel.M);
                using var code = new PngByteQRCode(data);
                return (key, $"data:image/png;base64,{Convert.ToBase64String(code.GetGraphic(6))}", null);
            }
        );

    /// <returns>Recovery codes, shown once; or the key of what is wrong.</returns>
    public Task<(IReadOnlyList<string> Codes, string? Problem)> TurnOnAsync(
        AccessScope scope,
        string person,
        string code,
        Confirmation confirmation,
        CancellationToken cancel
    ) =>
        WithAsync<(IReadOnlyList<string>, string?)>(
            person,
            async (users, own) =>
            {
                if (await ProblemAsync(scope, own, confirmation, FactorAct, "me.factor-fresh", cancel).ConfigureAwait(false) is { } problem)
                    return ([], problem);
                if (own.TwoFactorEnabled || !await AcceptAsync(users, own, code).ConfigureAwait(false))
                    return ([], WrongCode);
                await audit.WriteAsync(AuditDraft.Of(scope, FactorAct, null, own.UserName!, "on"), cancel).ConfigureAwait(false);
                await users.SetTwoFactorEnabledAsync(own, true).ConfigureAwait(false);
                return ([.. await users.GenerateNewTwoFactorRecoveryCodesAsync(own, RecoveryCodes).ConfigureAwait(false) ?? []], null);
            }
        );

    /// <returns>The key of what is wrong; null when it is off.</returns>
    public Task<string?> TurnOffAsync(AccessScope scope, string person, string code, Confirmation confirmation, CancellationToken cancel) =>
        WithAsync(
            person,
            async (users, own) =>
            {
                if (await ProblemAsync(scope, own, confirmation, FactorAct, "me.factor-fresh", cancel).ConfigureAwait(false) is { } problem)
                    return problem;
                if (!await AcceptAsync(users, own, code).ConfigureAwait(false))
                    return WrongCode;
                await audit.WriteAsync(AuditDraft.Of(scope, FactorAct, null, own.UserName!, "off"), cancel).ConfigureAwait(false);
                await users.SetTwoFactorEnabledAsync(own, false).ConfigureAwait(false);
                await users.ResetAuthenticatorKeyAsync(own).ConfigureAwait(false);
                return null;
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
    /// <returns>The token, shown once; or the key of what is wrong.</returns>
    public Task<(string? Token, string? Problem)> CreateTokenAsync(
        AccessScope scope,
        string person,
        TokenDraft draft,
        Confirmation confirmation,
        CancellationToken cancel
    ) =>
        WithAsync<(string?, string?)>(
            person,
            async (_, own) =>
            {
                var (name, granted) = (draft.Name.Trim(), draft.Rights & scope.Rights);
                if (name.Length is 0 or > 100 || !Printable.IsPlain(name) || granted == AccessRights.None)
                    throw new BadRequestException("a token has a name and at least one right");
                if (await ProblemAsync(scope, own, confirmation, "token.create", "me.token-fresh", cancel).ConfigureAwait(false) is { } problem)
                    return (null, problem);
                await audit.WriteAsync(AuditDraft.Of(scope, "token.create", null, name, granted.ToString()), cancel).ConfigureAwait(false);
                return (await tokens.CreateAsync(person, name, granted, draft.Lasts, cancel).ConfigureAwait(false), null);
            }
        );

    /// <summary>Whether it is the person who asks: by the password, or, for who has none here, by a session that has just begun.</summary>
    /// <param name="stale">The key of what to say when it has not.</param>
    /// <returns>The key of what is wrong; null when it is the person.</returns>
    private async Task<string?> ProblemAsync(AccessScope scope, Person own, Confirmation confirmation, string act, string stale, CancellationToken cancel)
    {
        if (own.PasswordHash is null)
        {
            var begun = confirmation.Session is { } session ? await sessions.BegunAsync(session, cancel).ConfigureAwait(false) : null;
            return begun is null || clock.GetUtcNow() - begun > Fresh ? stale : null;
        }
        if (await IsRightAsync(own, confirmation.Password, cancel).ConfigureAwait(false))
            return null;
        await audit.WriteAsync(AuditDraft.Of(scope, act, null, own.UserName!, "wrong password", "refused"), cancel).ConfigureAwait(false);
        return "set-up.password.present";
    }

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
