using System.Net;
using Akka.Actor;
using Guard.Actors.Enforcement.Blocking;
using Guard.Host.Configuration;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Web.People;
using Guard.Host.Web.Security;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Places;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;

namespace Guard.Host.Web.SignIn;

/// <summary>What a try to sign in came to.</summary>
internal enum SignInOutcome
{
    /// <summary>Name or password is wrong, or there is no such person: all alike.</summary>
    Wrong,

    /// <summary>Too many tries from there; the next one has to wait.</summary>
    Wait,

    /// <summary>The password was right; the second factor is asked for.</summary>
    NeedsCode,

    SignedIn,
}

/// <summary>Lets people in and out. Every outcome is in the audit.</summary>
internal sealed class SignInDesk(
    UserManager<Person> users,
    PersonSessions sessions,
    SignInThrottle throttle,
    KnownDevice devices,
    SecondFactor second,
    PendingCode pending,
    IAuditLog audit,
    ConsoleSettings settings,
    TimeProvider clock,
    WebContext web
)
{
    private static readonly TimeSpan AdminStays = TimeSpan.FromDays(1);

    /// <summary>Checked when there is no such person, so that the answer takes as long.</summary>
    private static readonly Lazy<string> NobodysHash = new(() =>
        new PasswordHasher<Person>(Microsoft.Extensions.Options.Options.Create(Hashing())).HashPassword(new Person(), RandomSecret.New())
    );

    /// <summary>PBKDF2-HMAC-SHA512 with the rounds that OWASP recommends.</summary>
    public static PasswordHasherOptions Hashing() => new() { IterationCount = 220_000 };

    public async Task<(SignInOutcome Outcome, TimeSpan Wait)> WithPasswordAsync(HttpContext context, string name, string password)
    {
        var account = name.Trim().ToUpperInvariant();
        if (account.Length > 200 || password.Length > PasswordRules.Longest)
            return (SignInOutcome.Wrong, default);
        var (address, device) = (context.Connection.RemoteIpAddress, devices.Find(context.Request, account));
        if (throttle.Wait(account, address, device) is { Ticks: > 0 } wait)
        {
            await WriteAsync(context, name, "sign-in.slowed", $"wait {wait.TotalSeconds:0} s", "refused").ConfigureAwait(false);
            return (SignInOutcome.Wait, wait);
        }
        var person = await users.FindByNameAsync(name.Trim()).ConfigureAwait(false);
        var right = person?.PasswordHash is { } hash
            ? users.PasswordHasher.VerifyHashedPassword(person, hash, password) != PasswordVerificationResult.Failed
            : NeverRight(password);
        if (person is null || !right || person.Disabled)
        {
            throttle.Failed(account, address, device);
            await WriteAsync(context, name, "sign-in.failed", "wrong name or password", "refused").ConfigureAwait(false);
            return (SignInOutcome.Wrong, default);
        }
        if (person.TwoFactorEnabled)
        {
            pending.Begin(context, person.Id, settings.IsSecure || context.Request.IsHttps);
            return (SignInOutcome.NeedsCode, default);
        }
        await BeginAsync(context, person, "password").ConfigureAwait(false);
        return (SignInOutcome.SignedIn, default);
    }

    public async Task<(SignInOutcome Outcome, TimeSpan Wait)> WithCodeAsync(HttpContext context, string code)
    {
        if (pending.Find(context.Request) is not { } id || await users.FindByIdAsync(id).ConfigureAwait(false) is not { Disabled: false } person)
            return (SignInOutcome.Wrong, default);
        // A count of its own: whoever comes here knows the password.
        var account = $"CODE {person.NormalizedUserName}";
        var (address, device) = (context.Connection.RemoteIpAddress, devices.Find(context.Request, person.NormalizedUserName!));
        if (throttle.Wait(account, address, device) is { Ticks: > 0 } wait)
            return (SignInOutcome.Wait, wait);
        if (!await second.AcceptAsync(users, person, code).ConfigureAwait(false))
        {
            throttle.Failed(account, address, device);
            await WriteAsync(context, person.UserName!, "sign-in.failed", "wrong code", "refused").ConfigureAwait(false);
            return (SignInOutcome.NeedsCode, default);
        }
        throttle.Succeeded(account, address, device);
        pending.End(context);
        await BeginAsync(context, person, "password and code").ConfigureAwait(false);
        return (SignInOutcome.SignedIn, default);
    }

    /// <summary>A new session with a new number; one that the browser had before ends.</summary>
    public async Task BeginAsync(HttpContext context, Person person, string how)
    {
        if ((await context.AuthenticateAsync(SessionCookie.Scheme).ConfigureAwait(false)).Principal?.FindFirst(PersonScopes.SessionClaim)?.Value is { } before)
            await sessions.EndAsync(before, context.RequestAborted).ConfigureAwait(false);
        await WriteAsync(context, person.UserName!, "sign-in", how, "done").ConfigureAwait(false);
        person.LastSignIn = clock.GetUtcNow();
        await users.UpdateAsync(person).ConfigureAwait(false);
        var account = person.NormalizedUserName!;
        throttle.Succeeded(account, context.Connection.RemoteIpAddress, devices.Find(context.Request, account));
        devices.Remember(context, account, settings.IsSecure || context.Request.IsHttps);
        var secret = await sessions
            .BeginAsync(person, context.Connection.RemoteIpAddress?.ToString() ?? "", context.Request.Headers.UserAgent.ToString(), context.RequestAborted)
            .ConfigureAwait(false);
        await context.SignInAsync(SessionCookie.Scheme, SessionCookie.PrincipalOf(person, secret)).ConfigureAwait(false);
        if (person.Role == PersonRole.ServerAdmin && context.Connection.RemoteIpAddress is { } from && !IPAddress.IsLoopback(from))
            Spare(from, person.UserName!);
    }

    /// <summary>An administrator is never locked out of the machine he works on, whoever else comes from there.</summary>
    private void Spare(IPAddress from, string who)
    {
        web.Node.Firewall.Tell(
            new BlockCommands.Exempt(
                FirewallLedger.Network(BlockScope.Of(NetworkAddress.From(from))),
                AdminStays,
                new Author(who, "an administrator of the console works from there")
            )
        );
    }

    public async Task EndAsync(HttpContext context, bool everywhere)
    {
        var session = context.User.FindFirst(PersonScopes.SessionClaim)?.Value;
        var person = context.User.FindFirst(System.Security.Claims.ClaimTypes.NameIdentifier)?.Value;
        if (session is not null && person is not null)
        {
            await WriteAsync(context, context.User.Identity?.Name ?? "", everywhere ? "sign-out.everywhere" : "sign-out", "", "done").ConfigureAwait(false);
            if (everywhere)
                await sessions.EndAllAsync(person, context.RequestAborted).ConfigureAwait(false);
            else
                await sessions.EndAsync(session, context.RequestAborted).ConfigureAwait(false);
        }
        await context.SignOutAsync(SessionCookie.Scheme).ConfigureAwait(false);
    }

    /// <summary>Takes as long as a real check.</summary>
    private bool NeverRight(string password)
    {
        users.PasswordHasher.VerifyHashedPassword(new Person(), NobodysHash.Value, password);
        return false;
    }

    private Task WriteAsync(HttpContext context, string name, string act, string detail, string outcome)
    {
        var shown = name.Length > 200 ? name[..200] : name;
        return audit.WriteAsync(
            new AuditDraft(shown, context.Connection.RemoteIpAddress?.ToString() ?? "", act, null, shown, detail, outcome),
            context.RequestAborted
        );
    }
}
