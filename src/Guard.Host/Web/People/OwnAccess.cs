using Guard.Host.ConsoleModel.Contracts;
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

/// <summary>What somebody may change of the own sign-in: second factor, password, tokens, sessions.</summary>
internal sealed class OwnAccess(IServiceScopeFactory scopes, PersonSessions sessions, ApiTokens tokens, SecondFactor second, IAuditLog audit)
{
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
                if (own.TwoFactorEnabled || !await second.AcceptAsync(users, own, code).ConfigureAwait(false))
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
                if (!await second.AcceptAsync(users, own, code).ConfigureAwait(false))
                    return false;
                await audit.WriteAsync(AuditDraft.Of(scope, "person.second-factor", null, own.UserName!, "off"), cancel).ConfigureAwait(false);
                await users.SetTwoFactorEnabledAsync(own, false).ConfigureAwait(false);
                await users.ResetAuthenticatorKeyAsync(own).ConfigureAwait(false);
                return true;
            }
        );

    /// <returns>The key of what is wrong; null when it was changed. All sessions end then.</returns>
    public Task<string?> ChangePasswordAsync(AccessScope scope, string person, string present, string next, CancellationToken cancel) =>
        WithAsync<string?>(
            person,
            async (users, own) =>
            {
                if (own.PasswordHash is { } hash && users.PasswordHasher.VerifyHashedPassword(own, hash, present) == PasswordVerificationResult.Failed)
                    return "password.present";
                if (PasswordRules.Problem(next, own.UserName!) is { } weak)
                    return weak;
                await audit.WriteAsync(AuditDraft.Of(scope, "person.password", null, own.UserName!, "by its owner"), cancel).ConfigureAwait(false);
                own.PasswordHash = users.PasswordHasher.HashPassword(own, next);
                await users.UpdateSecurityStampAsync(own).ConfigureAwait(false);
                await sessions.EndAllAsync(person, cancel).ConfigureAwait(false);
                return null;
            }
        );

    /// <returns>The token, shown once.</returns>
    public async Task<string> CreateTokenAsync(AccessScope scope, string person, string name, AccessRights rights, TimeSpan? lasts, CancellationToken cancel)
    {
        var granted = rights & scope.Rights;
        if (name.Trim().Length is 0 or > 100 || granted == AccessRights.None)
            throw new BadRequestException("a token has a name and at least one right");
        await audit.WriteAsync(AuditDraft.Of(scope, "token.create", null, name.Trim(), granted.ToString()), cancel).ConfigureAwait(false);
        return await tokens.CreateAsync(person, name.Trim(), granted, lasts, cancel).ConfigureAwait(false);
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
