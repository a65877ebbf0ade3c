using System.Buffers;
using System.Text.Json;
using Guard.Host.Intake.Sockets;
using Microsoft.AspNetCore.Http;
using Serilog;

namespace Guard.Host.Intake.DovecotAuthPolicy;

/// <summary>
/// Answers <c>/?command=…</c> and <c>/command/…</c>, the two forms of weakforced's API, of which Dovecot's auth policy uses "allow" and "report".
/// A mistake of the caller is answered with 400, 401, 404, 405 or 413 and a reason; what the guard cannot take now with 503.
/// </summary>
public sealed class AuthPolicyEndpoint(AuthPolicySettings settings, IAuthPolicyService service, AccessList black, AccessList white, TimeProvider clock, ILogger log)
{
    private const string PathPrefix = "/command/";

    private readonly DecisionGate _gate = new("Auth policy", settings.MostAtWork, settings.Deadline, log);

    public AuthPolicyCounts Counts { get; } = new();

    /// <summary>Answered without the guard: the deadline passed, too much was at work, or deciding failed.</summary>
    public long Unanswered => _gate.Late + _gate.Overloaded + _gate.Failed;

    public IntakeReading Reading => new($"{settings.Listen}", "auth-policy", Asked: _gate.Asked, Unanswered: Unanswered);

    public async Task HandleAsync(HttpContext context)
    {
        // Stopping the server waits for what is at work; only a caller who left ends it early.
        var cancel = context.RequestAborted;
        var (status, write) = await AnswerAsync(context, cancel).ConfigureAwait(false);
        var body = new ArrayBufferWriter<byte>(128);
        await using (var json = new Utf8JsonWriter(body))
            write(json);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.WrittenCount;
        if (status == StatusCodes.Status401Unauthorized)
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"AccountGuard\"";
        await context.Response.Body.WriteAsync(body.WrittenMemory, cancel).ConfigureAwait(false);
    }

    private async ValueTask<(int Status, Action<Utf8JsonWriter> Write)> AnswerAsync(HttpContext context, CancellationToken cancel)
    {
        var request = context.Request;
        if (!settings.Credentials.Accept(request.Headers))
            return Failure(StatusCodes.Status401Unauthorized, "Unauthorized");
        var command = CommandOf(request);
        if (AuthPolicyCommands.MethodOf(command) is not { } method)
            return Failure(StatusCodes.Status404NotFound, "no such command");
        if (!HttpMethods.Equals(request.Method, method))
            return Failure(StatusCodes.Status405MethodNotAllowed, $"{command} is called by {method}");
        Counts.Add(command);
        try
        {
            var body = method == HttpMethods.Get ? default : await ReadAsync(request, cancel).ConfigureAwait(false);
            return (StatusCodes.Status200OK, await RunAsync(command, body, cancel).ConfigureAwait(false));
        }
        catch (AuthPolicyRequestException fault)
        {
            return Failure(StatusCodes.Status400BadRequest, fault.Message);
        }
        catch (BadHttpRequestException fault)
        {
            return Failure(fault.StatusCode, "the body is too large or was not sent");
        }
        catch (AuthPolicyBusyException busy)
        {
            return Failure(StatusCodes.Status503ServiceUnavailable, busy.Message);
        }
    }

    private async ValueTask<Action<Utf8JsonWriter>> RunAsync(string command, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        switch (command)
        {
            case AuthPolicyCommands.Allow:
                var reply = await AllowAsync(AuthPolicyJson.ReadAttempt(body), now, cancel).ConfigureAwait(false);
                return json => AuthPolicyResponses.Reply(json, reply);
            case AuthPolicyCommands.Report:
                var report = AuthPolicyJson.ReadReport(body);
                await DoAsync(service.ReportAsync, report, cancel).ConfigureAwait(false);
                return AuthPolicyResponses.Ok;
            case AuthPolicyCommands.Reset:
                await ResetAsync(body, cancel).ConfigureAwait(false);
                return AuthPolicyResponses.Ok;
            case AuthPolicyCommands.SubjectStats:
                return await StatsAsync(body, now, cancel).ConfigureAwait(false);
            case AuthPolicyCommands.AddBlack:
                return Add(black, body, now);
            case AuthPolicyCommands.AddWhite:
                return Add(white, body, now);
            case AuthPolicyCommands.DeleteBlack:
                black.Remove(AuthPolicyJson.ReadKey(body));
                return AuthPolicyResponses.Ok;
            case AuthPolicyCommands.DeleteWhite:
                white.Remove(AuthPolicyJson.ReadKey(body));
                return AuthPolicyResponses.Ok;
            case AuthPolicyCommands.GetBlack:
                return json => AuthPolicyResponses.Entries(json, "bl_entries", black.Entries(now));
            case AuthPolicyCommands.GetWhite:
                return json => AuthPolicyResponses.Entries(json, "wl_entries", white.Entries(now));
            case AuthPolicyCommands.Stats:
                return json => AuthPolicyResponses.Stats(json, Counts);
            default:
                return AuthPolicyResponses.Ok;
        }
    }

    /// <summary>Whoever is on both lists is let in: the white list is the way out of a mistake.</summary>
    private async ValueTask<AuthPolicyReply> AllowAsync(LoginAttempt attempt, DateTimeOffset now, CancellationToken cancel)
    {
        if (white.Find(attempt.Remote, attempt.Login, now) is not null)
        {
            Counts.Add(AuthPolicyCommands.Whitelisted);
            return AuthPolicyReply.Allow("whitelisted");
        }
        if (black.Find(attempt.Remote, attempt.Login, now) is { } listed)
        {
            Counts.Add(AuthPolicyCommands.Blacklisted);
            return AuthPolicyReply.Refuse(listed.Key.Network is null ? "This account cannot log in for now" : "Logins from this address are refused for now");
        }
        var reply = await _gate.AskAsync(service.AllowAsync, attempt, settings.Unanswered, cancel).ConfigureAwait(false);
        Counts.Add(reply.Status switch { 0 => AuthPolicyCommands.Allowed, < 0 => AuthPolicyCommands.Denied, _ => AuthPolicyCommands.Tarpitted });
        return reply;
    }

    private async ValueTask ResetAsync(ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        var subject = AuthPolicyJson.ReadSubject(body);
        black.Remove(AuthPolicyJson.ReadKey(body));
        await DoAsync((who, token) => service.ResetAsync(who.Address, who.Login, token), subject, cancel).ConfigureAwait(false);
    }

    private async ValueTask<Action<Utf8JsonWriter>> StatsAsync(ReadOnlyMemory<byte> body, DateTimeOffset now, CancellationToken cancel)
    {
        var (address, login) = AuthPolicyJson.ReadSubject(body);
        var stats = await _gate.AskAsync((who, token) => service.StatsAsync(who.address, who.login, token), (address, login), null!, cancel).ConfigureAwait(false)
            ?? throw new AuthPolicyBusyException();
        return json => AuthPolicyResponses.Subject(json, address, login, black.Find(address, login, now), white.Find(address, login, now), stats);
    }

    /// <summary>What has no harmless answer without the guard is told to have failed.</summary>
    private async ValueTask DoAsync<T>(Func<T, CancellationToken, ValueTask> work, T subject, CancellationToken cancel)
    {
        var done = await _gate.AskAsync(
            async (what, token) =>
            {
                await work(what, token).ConfigureAwait(false);
                return true;
            },
            subject, false, cancel).ConfigureAwait(false);
        if (!done)
            throw new AuthPolicyBusyException();
    }

    private static Action<Utf8JsonWriter> Add(AccessList list, ReadOnlyMemory<byte> body, DateTimeOffset now) =>
        list.Add(AuthPolicyJson.ReadEntry(body, now), now) ? AuthPolicyResponses.Ok : throw new AuthPolicyBusyException("the list is full");

    private static string CommandOf(HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        if (path.StartsWith(PathPrefix, StringComparison.Ordinal))
            return path[PathPrefix.Length..];
        return path is "" or "/" ? request.Query["command"].ToString() : "";
    }

    private async ValueTask<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        var body = new ArrayBufferWriter<byte>(512);
        while (true)
        {
            var read = await request.Body.ReadAsync(body.GetMemory(512), cancel).ConfigureAwait(false);
            if (read == 0)
                return body.WrittenMemory;
            body.Advance(read);
            if (body.WrittenCount > settings.LongestBody)
                throw new BadHttpRequestException("too large", StatusCodes.Status413PayloadTooLarge);
        }
    }

    private static (int Status, Action<Utf8JsonWriter> Write) Failure(int status, string reason) => (status, json => AuthPolicyResponses.Failure(json, reason));
}
