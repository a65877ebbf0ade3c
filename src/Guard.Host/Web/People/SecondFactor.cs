using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Guard.Host.Web.People;

/// <summary>The second factor: codes of an authenticator app (RFC 6238) and recovery codes. A code works once, on all nodes and over restarts.</summary>
internal sealed class SecondFactor(IDbContextFactory<PeopleContext> contexts, TimeProvider clock)
{
    /// <summary>Longer than any code is accepted.</summary>
    private static readonly TimeSpan CodeLife = TimeSpan.FromMinutes(5);

    /// <summary>Whether the code is right and was not used before.</summary>
    public async Task<bool> AcceptAsync(UserManager<Person> users, Person person, string code)
    {
        var digits = new string([.. code.Where(char.IsAsciiDigit)]);
        if (digits.Length != 6 || code.Trim().Length > 8)
            return (await users.RedeemTwoFactorRecoveryCodeAsync(person, code.Trim()).ConfigureAwait(false)).Succeeded;
        return await users.VerifyTwoFactorTokenAsync(person, users.Options.Tokens.AuthenticatorTokenProvider, digits).ConfigureAwait(false)
            && await UseUpAsync(person, digits).ConfigureAwait(false);
    }

    /// <summary>RFC 6238 section 5.2: a code is not accepted a second time. The database decides, so that of two at once one gets in.</summary>
    private async Task<bool> UseUpAsync(Person person, string digits)
    {
        var now = clock.GetUtcNow();
        await using var context = await contexts.CreateDbContextAsync().ConfigureAwait(false);
        await context.UsedCodes.Where(code => code.Until < now).ExecuteDeleteAsync().ConfigureAwait(false);
        var id = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{person.Id} {person.SecurityStamp} {digits}")));
        if (await context.UsedCodes.AnyAsync(code => code.Id == id).ConfigureAwait(false))
            return false;
        context.UsedCodes.Add(new UsedCode { Id = id, Until = now + CodeLife });
        try
        {
            await context.SaveChangesAsync().ConfigureAwait(false);
            return true;
        }
        catch (DbUpdateException)
        {
            return false;
        }
    }

    /// <summary>A new key, and its address for an authenticator's camera.</summary>
    public static async Task<(string Key, string Address)> NewKeyAsync(UserManager<Person> users, Person person)
    {
        await users.ResetAuthenticatorKeyAsync(person).ConfigureAwait(false);
        var key = (await users.GetAuthenticatorKeyAsync(person).ConfigureAwait(false))!;
        return (key, $"otpauth://totp/AccountGuard:{Uri.EscapeDataString(person.UserName!)}?secret={key}&issuer=AccountGuard&digits=6");
    }
}
