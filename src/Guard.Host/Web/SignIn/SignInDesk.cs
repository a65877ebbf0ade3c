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

    /// <summary>More people sign in at this moment than passwords can be checked.</summary>
    Busy,

    /// <summary>The password was right; the second factor is asked for.</summary>
    NeedsCode,

    SignedIn,
}

/// <summary>Lets people in and out. Every outcome is in the audit, floods of refusals by their number.</summary>
internal sealed class SignInDesk(
    UserManager<Person> users,
    PersonSessions sessions,
    SignInThrottle throttle,
    PasswordWork passwords,
    RefusedSignIns refused,
    KnownDevice devices,
    SecondFactor second,
    PendingCode pending,
    IAuditLog audit,
    ConsoleSettings settings,
    TimeProvider clock,
    WebContext web
)
{
    private const int CodesToTell = 10;

    private static readonly TimeSpan AdminStays = TimeSpan.FromDays(1);
    private static readonly TimeSpan BusyFor = TimeSpan.FromSeconds(5);

    public async Task<(SignInOutcome Outcome, TimeSpan Wait)> WithPasswordAsync(HttpContext context, string name, string password)
    {
        var account = name.Trim().ToUpperInvariant();
        if (account.Length > 200 || password.Length > PasswordRules.Longest)
            return (SignInOutcome.Wrong, default);
        var (address, device) = (context.Connection.RemoteIpAddress, devices.Find(context.Request, account));
        using var attempt = throttle.Begin(account, address, device);
        if (!attempt.MayGoOn)
        {
            await RefuseAsync(context, name, "sign-in.slowed", $"wait {attempt.Wait.TotalSeconds:0} s", singly: false).ConfigureAwait(false);
            return (SignInOutcome.Wait, attempt.Wait);
        }
        var person = await users.FindByNameAsync(name.Trim()).ConfigureAwait(false);
        bool right;
        try
        {
            right = await passwords.IsRightAsync(person, password, device is not null, context.RequestAborted).ConfigureAwait(false);
        }
        catch (UnavailableException)
        {
            await RefuseAsync(context, name, "sign-in.busy", "too many sign-ins at once", singly: false).ConfigureAwait(false);
            return (SignInOutcome.Busy, BusyFor);
        }
        if (person is null || !right || person.Disabled)
        {
            attempt.Failed();
            await RefuseAsync(context, name, "sign-in.failed", "wrong name or password", singly: true).ConfigureAwait(false);
            return (SignInOutcome.Wrong, default);
        }
        if (person.TwoFactorEnabled)
        {
            pending.Begin(context, person, settings.IsSecure || context.Request.IsHttps);
            return (SignInOutcome.NeedsCode, default);
        }
        await BeginAsync(context, person, "password").ConfigureAwait(false);
        return (SignInOutcome.SignedIn, default);
    }

    public async Task<(SignInOutcome Outcome, TimeSpan Wait)> WithCodeAsync(HttpContext context, string code)
    {
        if (
            pending.Find(context.Request) is not var (id, stamp)
            || await users.FindByIdAsync(id).ConfigureAwait(false) is not { Disabled: false } person
            || person.SecurityStamp != stamp
        )
            return (SignInOutcome.Wrong, default);
        var account = person.NormalizedUserName!;
        var (address, device) = (context.Connection.RemoteIpAddress, devices.Find(context.Request, account));
        using var attempt = throttle.Begin(account, address, device, SignInStep.Code);
        if (!attempt.MayGoOn)
        {
            await RefuseAsync(context, person.UserName!, "sign-in.slowed", $"code; wait {attempt.Wait.TotalSeconds:0} s", singly: false).ConfigureAwait(false);
            return (SignInOutcome.Wait, attempt.Wait);
        }
        if (!await second.AcceptAsync(users, person, code).ConfigureAwait(false))
        {
            attempt.Failed();
            await RefuseAsync(context, person.UserName!, "sign-in.failed", "wrong code", singly: true).ConfigureAwait(false);
            if (throttle.WrongCodes(account) == CodesToTell)
                web.Log.Warning("Somebody who knows the password of {Person} guesses codes: {Count} were wrong", person.UserName, CodesToTell);
            return (SignInOutcome.NeedsCode, default);
        }
        throttle.Succeeded(account, address, device, SignInStep.Code);
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

    /// <summary>An administrator is never locked out of the machine they work on, whoever else comes from there.</summary>
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

    private Task RefuseAsync(HttpContext context, string name, string act, string detail, bool singly) =>
        refused.WriteAsync(name, context.Connection.RemoteIpAddress, act, detail, singly, context.RequestAborted);

    private Task WriteAsync(HttpContext context, string name, string act, string detail, string outcome)
    {
        var shown = name.Length > 200 ? name[..200] : name;
        return audit.WriteAsync(
            new AuditDraft(shown, context.Connection.RemoteIpAddress?.ToString() ?? "", act, null, shown, detail, outcome),
            context.RequestAborted
        );
    }
}
