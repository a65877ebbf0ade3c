using System.Collections.Concurrent;
using Microsoft.AspNetCore.Identity;

namespace Guard.Host.Web.People;

/// <summary>The second factor: codes of an authenticator app (RFC 6238) and recovery codes. A code works once.</summary>
internal sealed class SecondFactor(TimeProvider clock)
{
    /// <summary>Longer than any code is accepted.</summary>
    private static readonly TimeSpan CodeLife = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(string Person, string Code), DateTimeOffset> _used = new();

    /// <summary>Whether the code is right and was not used before.</summary>
    public async Task<bool> AcceptAsync(UserManager<Person> users, Person person, string code)
    {
        var digits = new string([.. code.Where(char.IsAsciiDigit)]);
        if (digits.Length != 6 || code.Trim().Length > 8)
            return (await users.RedeemTwoFactorRecoveryCodeAsync(person, code.Trim()).ConfigureAwait(false)).Succeeded;
        var now = clock.GetUtcNow();
        foreach (var old in _used.Where(entry => now - entry.Value > CodeLife).Select(entry => entry.Key).ToList())
            _used.TryRemove(old, out _);
        return await users.VerifyTwoFactorTokenAsync(person, users.Options.Tokens.AuthenticatorTokenProvider, digits).ConfigureAwait(false)
            && _used.TryAdd((person.Id, digits), now);
    }

    /// <summary>The key and its address for an authenticator's camera; a new key unless one is set up.</summary>
    public static async Task<(string Key, string Address)> KeyAsync(UserManager<Person> users, Person person)
    {
        var key = await users.GetAuthenticatorKeyAsync(person).ConfigureAwait(false);
        if (string.IsNullOrEmpty(key))
        {
            await users.ResetAuthenticatorKeyAsync(person).ConfigureAwait(false);
            key = (await users.GetAuthenticatorKeyAsync(person).ConfigureAwait(false))!;
        }
        return (key, $"otpauth://totp/AccountGuard:{Uri.EscapeDataString(person.UserName!)}?secret={key}&issuer=AccountGuard&digits=6");
    }
}
