using System.Net;
using System.Net.Sockets;
using Guard.Host.Configuration;
using Guard.Host.Intake.DovecotAuthPolicy;
using Guard.Host.Intake.Milter;
using Guard.Host.Intake.PostfixPolicy;
using Serilog;

namespace Guard.Host.Intake.Inline;

/// <summary>The servers that are configured, started and stopped together.</summary>
internal sealed class InlineServers : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _servers = [];

    /// <exception cref="IOException">An address that somebody chose cannot be had.</exception>
    public static async Task<InlineServers> StartAsync(InlineSettings settings, InlineJudge judge, JournaledAccessLists lists, IntakeBoard board, ILogger log)
    {
        var servers = new InlineServers();
        if (settings.Policy is { } policy)
        {
            await servers.AddAsync("Postfix policy", policy, settings, log, () =>
            {
                var decisions = new PolicyDecisions(judge, settings.Answers);
                var server = new PolicyServer(
                    new PolicyServerSettings(policy) { Deadline = settings.Deadline, Unanswered = settings.DeferUnanswered ? PolicyAnswer.DeferIfPermit("4.3.0 AccountGuard cannot answer now") : PolicyAnswer.Dunno },
                    decisions.DecideAsync, log, decisions.Ended);
                server.Start();
                board.Add(() => server.Reading);
                return Task.FromResult<IAsyncDisposable>(server);
            }).ConfigureAwait(false);
        }
        if (settings.Milter is { } milter)
        {
            await servers.AddAsync("milter", milter, settings, log, () =>
            {
                var server = new MilterServer(
                    new MilterServerSettings(milter) { Deadline = settings.Deadline, Unanswered = settings.DeferUnanswered ? MilterReply.TemporaryFailure : MilterReply.Continue },
                    () => new MilterDecisions(judge, settings.Answers), log);
                server.Start();
                board.Add(() => server.Reading);
                return Task.FromResult<IAsyncDisposable>(server);
            }).ConfigureAwait(false);
        }
        if (settings.AuthPolicy is { } auth)
        {
            await servers.AddAsync("auth policy", auth, settings, log, async () =>
            {
                var credentials = settings.AuthUser.Length + settings.AuthPassword.Length == 0 ? AuthPolicyCredentials.None : AuthPolicyCredentials.None.WithPassword(settings.AuthUser, settings.AuthPassword);
                var limits = new AuthPolicySettings(auth) { Deadline = settings.Deadline, Credentials = credentials };
                await lists.LoadAsync(log).ConfigureAwait(false);
                var endpoint = new AuthPolicyEndpoint(limits, new AuthPolicyDecisions(judge, settings.AuthReportsCount, new RetriedPasswords(TimeProvider.System)), lists, TimeProvider.System, log);
                var server = new AuthPolicyServer(limits, endpoint);
                await server.StartAsync(CancellationToken.None).ConfigureAwait(false);
                board.Add(() => endpoint.Reading);
                return server;
            }).ConfigureAwait(false);
        }
        return servers;
    }

    private async Task AddAsync(string name, EndPoint listen, InlineSettings settings, ILogger log, Func<Task<IAsyncDisposable>> start)
    {
        try
        {
            _servers.Add(await start().ConfigureAwait(false));
            log.Information("{Name:l} is answered at {Listen}", name, listen);
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            if (settings.Chosen.Contains(listen))
            {
                await DisposeAsync().ConfigureAwait(false);
                throw new IOException($"{name}: cannot listen on {listen}: {failure.Message}", failure);
            }
            // Nobody asked for this one: another program, or another guard, may have the usual address.
            log.Warning("{Name:l} is not answered: {Listen} cannot be had: {Reason:l}", name, listen, failure.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync().ConfigureAwait(false);
        _servers.Clear();
    }
}
