using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using Guard.Host.Intake.Sockets;
using Guard.Messages.Intake;
using Microsoft.AspNetCore.Http;
using Serilog;

namespace Guard.Host.Intake.DovecotAuthPolicy;

/// <summary>
/// Answers <c>/?command=…</c> and <c>/command/…</c>, the two forms of weakforced's API, of which Dovecot's auth policy uses "allow" and "report".
/// A mistake of the caller is answered with 400, 401, 404, 405, 413 or 415 and a reason; what the guard cannot take now with 503.
/// </summary>
public sealed class AuthPolicyEndpoint(AuthPolicySettings settings, IAuthPolicyService service, IAccessLists lists, TimeProvider clock, ILogger log)
{
    private const string PathPrefix = "/command/";

    private readonly DecisionGate _gate = new("Auth policy", settings.MaxAtWork, settings.Deadline, log);

    private readonly MalformedWarnings _refusals = new("Auth policy", clock, log);

    public AuthPolicyCounts Counts { get; } = new(clock);

    /// <summary>Writes an order down where the administrator's acts are written down; null: nowhere.</summary>
    public Func<AuthPolicyOrder, CancellationToken, Task>? WriteDown { get; init; }

    /// <summary>Answered without the guard: the deadline passed, too much was at work, or deciding failed.</summary>
    public long Unanswered => _gate.Late + _gate.Overloaded + _gate.Failed;

    public IntakeReading Reading =>
        new(
            $"{settings.Listen}",
            "auth-policy",
            Asked: _gate.Asked,
            Unanswered: Unanswered,
            Refused: settings.Door?.Unknown ?? 0,
            Cut: (settings.Door?.Refused ?? 0) + (settings.Door?.WereCut ?? 0)
        );

    public async Task HandleAsync(HttpContext context)
    {
        var started = Stopwatch.GetTimestamp();
        // Stopping the server waits for what is at work; only a caller who left ends it early.
        var cancel = context.RequestAborted;
        var (status, write) = await AnswerAsync(context, cancel).ConfigureAwait(false);
        var body = new ArrayBufferWriter<byte>(128);
        await using (var json = new Utf8JsonWriter(body))
            write(json);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.WrittenCount;
        Counts.Took(Stopwatch.GetElapsedTime(started));
        if (status == StatusCodes.Status401Unauthorized)
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"AccountGuard\"";
        await context.Response.Body.WriteAsync(body.WrittenMemory, cancel).ConfigureAwait(false);
    }

    private async ValueTask<(int Status, Action<Utf8JsonWriter> Write)> AnswerAsync(HttpContext context, CancellationToken cancel)
    {
        var request = context.Request;
        var peer = HttpPeer.Of(context);
        if (!settings.Credentials.Accept(request.Headers))
        {
            _refusals.Tell(peer?.Peer.ToString() ?? "", "a call without the right password was refused");
            // Who is not listed has few connections, and each has one guess a second.
            if (peer is { IsKnown: false })
                await Task.Delay(TimeSpan.FromSeconds(1), clock, cancel).ConfigureAwait(false);
            return Failure(StatusCodes.Status401Unauthorized, "Unauthorized");
        }
        // A password speaks for whoever has it; without one it counts who the kernel, or the list of networks, says they are.
        if (peer is { IsKnown: false } && !settings.Credentials.IsRequired)
            return Failure(StatusCodes.Status403Forbidden, "not allowed: intake.auth-policy.allow-users and allow-networks say who may call");
        var command = CommandOf(request);
        if (AuthPolicyCommands.IsOrder(command) && !settings.Credentials.IsRequired)
            return Failure(
                StatusCodes.Status403Forbidden,
                $"{command} needs a password: set intake.auth-policy.password, and send it as HTTP basic authentication"
            );
        if (AuthPolicyCommands.MethodOf(command) is not { } method)
            return Failure(StatusCodes.Status404NotFound, "Command not found");
        if (!HttpMethods.Equals(request.Method, method))
        {
            context.Response.Headers.Allow = method;
            return Failure(StatusCodes.Status405MethodNotAllowed, $"{command} is called by {method}");
        }
        if (method == HttpMethods.Post && !IsJson(request.ContentType))
            return Failure(StatusCodes.Status415UnsupportedMediaType, "Invalid Content-Type - must be application/json");
        Counts.Add(command);
        try
        {
            var body = method == HttpMethods.Get ? default : await ReadAsync(request, cancel).ConfigureAwait(false);
            if (AuthPolicyCommands.IsOrder(command))
                await WriteDownAsync(command, body, peer, cancel).ConfigureAwait(false);
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

    /// <summary>An order is written down before it is carried out, with who gave it.</summary>
    private async Task WriteDownAsync(string command, ReadOnlyMemory<byte> body, HttpPeer? peer, CancellationToken cancel)
    {
        var subject =
            command == AuthPolicyCommands.Reset
                ? AuthPolicyJson.ReadSubject(body) is var (address, login)
                    ? (Address: address, Login: login)
                    : default
                : default;
        var key =
            command == AuthPolicyCommands.Reset
                ? $"{(subject.Address.IsNone ? "" : subject.Address)} {subject.Login}".Trim()
                : AuthPolicyJson.ReadKey(body).ToString();
        log.Information("Auth policy: {Who:l} orders {Command:l} {Subject:l}", $"{peer?.Peer}", command, ReplyText.Clean(key));
        if (WriteDown is { } write)
            await write(new AuthPolicyOrder($"{peer?.Peer}", command, key), cancel).ConfigureAwait(false);
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
                return await AddAsync(AccessListKind.Black, body, now, cancel).ConfigureAwait(false);
            case AuthPolicyCommands.AddWhite:
                return await AddAsync(AccessListKind.White, body, now, cancel).ConfigureAwait(false);
            case AuthPolicyCommands.DeleteBlack:
                return await RemoveAsync(AccessListKind.Black, body, cancel).ConfigureAwait(false);
            case AuthPolicyCommands.DeleteWhite:
                return await RemoveAsync(AccessListKind.White, body, cancel).ConfigureAwait(false);
            case AuthPolicyCommands.GetBlack:
                return json => AuthPolicyResponses.Entries(json, "bl_entries", lists.Black.Entries(now));
            case AuthPolicyCommands.GetWhite:
                return json => AuthPolicyResponses.Entries(json, "wl_entries", lists.White.Entries(now));
            case AuthPolicyCommands.SyncDatabases:
            case AuthPolicyCommands.DumpEntries:
            case AuthPolicyCommands.AddSibling:
            case AuthPolicyCommands.RemoveSibling:
            case AuthPolicyCommands.SetSiblings:
                AuthPolicyJson.Demand(body, AuthPolicyCommands.MandatoryOf(command));
                throw new AuthPolicyRequestException(
                    $"{command} is for weakforced's siblings: nodes of AccountGuard share what they know by themselves (docs/cluster.md)"
                );
            case AuthPolicyCommands.Stats:
                return json => AuthPolicyResponses.Stats(json, Counts);
            default:
                return AuthPolicyResponses.Ok;
        }
    }

    /// <summary>Whoever is on both lists is let in: the white list is the way out of a mistake.</summary>
    private async ValueTask<AuthPolicyReply> AllowAsync(LoginAttempt attempt, DateTimeOffset now, CancellationToken cancel)
    {
        var login = service.NameOf(attempt.Login);
        if (lists.White.Find(attempt.Remote, login, now, attempt.Ja3) is { } trusted)
        {
            Counts.Add(AuthPolicyCommands.Whitelisted);
            return AuthPolicyReply.Whitelisted(trusted);
        }
        if (lists.Black.Find(attempt.Remote, login, now, attempt.Ja3) is { } listed)
        {
            Counts.Add(AuthPolicyCommands.Blacklisted);
            Counts.Add(AuthPolicyCommands.Denied);
            return AuthPolicyReply.Blacklisted(
                listed,
                listed.Key.Network is null ? "This account cannot log in for now" : "Logins from this address are refused for now"
            );
        }
        if (settings.RefuseAttributes.Refused(attempt.Attributes) is { } refused)
        {
            Counts.Add(AuthPolicyCommands.Denied);
            return AuthPolicyReply.Refuse($"{refused.Name} {refused.Value}") with
            {
                Attributes = new Dictionary<string, string> { [refused.Name] = refused.Value },
            };
        }
        var reply = await _gate.AskAsync(service.AllowAsync, attempt, settings.Unanswered, cancel).ConfigureAwait(false);
        Counts.Add(
            reply.Status switch
            {
                0 => AuthPolicyCommands.Allowed,
                < 0 => AuthPolicyCommands.Denied,
                _ => AuthPolicyCommands.Tarpitted,
            }
        );
        return attempt.Device.TryGetValue("os.family", out var family)
            ? reply with
            {
                Attributes = new Dictionary<string, string> { ["os_family"] = family },
            }
            : reply;
    }

    private async ValueTask ResetAsync(ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        var subject = AuthPolicyJson.ReadSubject(body);
        await RemoveAsync(AccessListKind.Black, body, cancel).ConfigureAwait(false);
        await DoAsync((who, token) => service.ResetAsync(who.Address, who.Login, token), subject, cancel).ConfigureAwait(false);
    }

    private async ValueTask<Action<Utf8JsonWriter>> StatsAsync(ReadOnlyMemory<byte> body, DateTimeOffset now, CancellationToken cancel)
    {
        var (address, login) = AuthPolicyJson.ReadSubject(body);
        var stats =
            await _gate.AskAsync((who, token) => service.StatsAsync(who.address, who.login, token), (address, login), null!, cancel).ConfigureAwait(false)
            ?? throw new AuthPolicyBusyException();
        var name = service.NameOf(login);
        return json => AuthPolicyResponses.Subject(json, address, name, lists.Black.Find(address, name, now), lists.White.Find(address, name, now), stats);
    }

    /// <summary>What has no harmless answer without the guard is told to have failed.</summary>
    private async ValueTask DoAsync<T>(Func<T, CancellationToken, ValueTask> work, T subject, CancellationToken cancel)
    {
        var done = await _gate
            .AskAsync(
                async (what, token) =>
                {
                    await work(what, token).ConfigureAwait(false);
                    return true;
                },
                subject,
                false,
                cancel
            )
            .ConfigureAwait(false);
        if (!done)
            throw new AuthPolicyBusyException();
    }

    private async ValueTask<Action<Utf8JsonWriter>> AddAsync(AccessListKind list, ReadOnlyMemory<byte> body, DateTimeOffset now, CancellationToken cancel)
    {
        var entry = AuthPolicyJson.ReadEntry(body, now);
        // Three answers: durable, full, and none within the deadline.
        var added = await _gate
            .AskAsync<AccessEntry, bool?>(
                async (what, token) => await lists.AddAsync(list, what, token).ConfigureAwait(false),
                entry with
                {
                    Key = Named(entry.Key),
                },
                null,
                cancel
            )
            .ConfigureAwait(false);
        return added is null ? throw new AuthPolicyBusyException()
            : added.Value ? AuthPolicyResponses.Ok
            : throw new AuthPolicyBusyException("the list is full");
    }

    private async ValueTask<Action<Utf8JsonWriter>> RemoveAsync(AccessListKind list, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        await DoAsync((key, token) => lists.RemoveAsync(list, key, token), Named(AuthPolicyJson.ReadKey(body)), cancel).ConfigureAwait(false);
        return AuthPolicyResponses.Ok;
    }

    /// <summary>With the login as the accounts are named, whichever way its client wrote it.</summary>
    private AccessKey Named(AccessKey key) => key.Login.Length == 0 ? key : AccessKey.From(key.Network, service.NameOf(key.Login)) ?? key;

    private static bool IsJson(string? type) => (type ?? "").Split(';')[0].Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase);

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
