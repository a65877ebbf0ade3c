using System.Net;
using System.Net.Sockets;
using Guard.Host.Configuration;
using Guard.Host.Intake.DovecotAuthPolicy;
using Guard.Host.Intake.Milter;
using Guard.Host.Intake.PostfixPolicy;
using Guard.Host.Intake.Sockets;
using Guard.Host.Platform;
using Serilog;

namespace Guard.Host.Intake.Inline;

/// <summary>The servers that are configured, started and stopped together.</summary>
internal sealed class InlineServers : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _servers = [];

    /// <summary>Which servers could not have their usual address, and why.</summary>
    public List<(string Name, EndPoint Listen, string Why)> Missing { get; } = [];

    /// <param name="writeDown">Writes down what is ordered by a call; null: nowhere but in the log.</param>
    /// <exception cref="IOException">An address that somebody chose cannot be had.</exception>
    public static async Task<InlineServers> StartAsync(
        InlineSettings settings,
        InlineJudge judge,
        JournaledAccessLists lists,
        IntakeBoard board,
        Func<AuthPolicyOrder, CancellationToken, Task>? writeDown,
        ILogger log
    )
    {
        var servers = new InlineServers();
        if (settings.Policy is { } policy)
        {
            await servers
                .AddAsync(
                    "Postfix policy",
                    policy,
                    settings.PolicyPeers,
                    settings,
                    log,
                    () =>
                    {
                        var decisions = new PolicyDecisions(judge, settings.Answers);
                        var server = new PolicyServer(
                            new PolicyServerSettings(policy)
                            {
                                Door = Door("Postfix policy", "postfix-policy", settings.PolicyPeers),
                                Deadline = settings.Deadline,
                                Unanswered = settings.DeferUnanswered ? PolicyAnswer.DeferIfPermit("4.3.0 AccountGuard cannot answer now") : PolicyAnswer.Dunno,
                            },
                            decisions.DecideAsync,
                            log,
                            decisions.Ended
                        );
                        server.Start();
                        board.Add(() =>
                            server.Reading with
                            {
                                Unjudged = decisions.Unjudged.Total,
                                UnjudgedFrom = decisions.Unjudged.Words(IntakeReading.ShownHosts),
                            }
                        );
                        return Task.FromResult<IAsyncDisposable>(server);
                    }
                )
                .ConfigureAwait(false);
        }
        if (settings.Milter is { } milter)
        {
            await servers
                .AddAsync(
                    "milter",
                    milter,
                    settings.MilterPeers,
                    settings,
                    log,
                    () =>
                    {
                        var unjudged = new UnjudgedMail();
                        var server = new MilterServer(
                            new MilterServerSettings(milter)
                            {
                                Door = Door("milter", "milter", settings.MilterPeers),
                                Deadline = settings.Deadline,
                                Unanswered = settings.DeferUnanswered ? MilterReply.TemporaryFailure : MilterReply.Continue,
                            },
                            () => new MilterDecisions(judge, settings.Answers, unjudged),
                            log
                        );
                        server.Start();
                        board.Add(() => server.Reading with { Unjudged = unjudged.Total, UnjudgedFrom = unjudged.Words(IntakeReading.ShownHosts) });
                        return Task.FromResult<IAsyncDisposable>(server);
                    }
                )
                .ConfigureAwait(false);
        }
        if (settings.AuthPolicy is { } auth)
        {
            await servers
                .AddAsync(
                    "auth policy",
                    auth,
                    settings.AuthPeers,
                    settings,
                    log,
                    async () =>
                    {
                        var credentials =
                            settings.AuthUser.Length + settings.AuthPassword.Length == 0
                                ? AuthPolicyCredentials.None
                                : AuthPolicyCredentials.None.WithPassword(settings.AuthUser, settings.AuthPassword);
                        var limits = new AuthPolicySettings(auth)
                        {
                            Door = Door("auth policy", "auth-policy", settings.AuthPeers),
                            Deadline = settings.Deadline,
                            Credentials = credentials,
                            RefuseAttributes = settings.RefuseAttributes,
                        };
                        await lists.LoadAsync(log).ConfigureAwait(false);
                        var endpoint = new AuthPolicyEndpoint(
                            limits,
                            new AuthPolicyDecisions(
                                judge,
                                settings.AuthReportsCount,
                                new RetriedPasswords(TimeProvider.System),
                                new SlowedAccounts(settings.OwnProxies, TimeProvider.System)
                            ),
                            lists,
                            TimeProvider.System,
                            log
                        )
                        {
                            WriteDown = writeDown,
                        };
                        var server = new AuthPolicyServer(limits, endpoint);
                        await server.StartAsync(CancellationToken.None).ConfigureAwait(false);
                        board.Add(() => endpoint.Reading);
                        return server;
                    }
                )
                .ConfigureAwait(false);
        }
        return servers;

        ConnectionDoor Door(string name, string key, AllowedPeers peers) => new(name, $"intake.{key}", peers, settings.MaxConnections, log);
    }

    private async Task AddAsync(string name, EndPoint listen, AllowedPeers peers, InlineSettings settings, ILogger log, Func<Task<IAsyncDisposable>> start)
    {
        try
        {
            _servers.Add(await start().ConfigureAwait(false));
            log.Information("{Name:l} is answered at {Listen}", name, listen);
            if (listen is IPEndPoint address && !IPAddress.IsLoopback(address.Address) && peers.Networks.IsEmpty)
                log.Warning("{Name:l} listens beyond this machine, but hears no other one: allow-networks lists none", name);
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            if (settings.Chosen.Contains(listen))
            {
                await DisposeAsync().ConfigureAwait(false);
                throw StartException.Listening($"intake.{name.ToLowerInvariant().Replace(' ', '-')}.listen", name, listen, failure);
            }
            // Nobody asked for this one: another program, or another guard, may have the usual address.
            Missing.Add((name, listen, failure.Message));
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
