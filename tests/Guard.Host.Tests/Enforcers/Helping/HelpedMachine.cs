using System.Net.Sockets;
using System.Text;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;
using Guard.Host.Configuration;
using Guard.Host.Enforcement;
using Guard.Host.Enforcement.Firewall;
using Guard.Host.Enforcement.Helping;
using Guard.Host.Enforcement.Locks;
using Guard.Host.Intake.Logs;
using Guard.Host.Intake.Logs.Names;
using Guard.Host.Platform;
using Guard.Messages.Identity;
using Serilog;

namespace Guard.Host.Tests.Enforcers.Helping;

/// <summary>A helper in this process, with backends that remember what they were told.</summary>
internal sealed class HelpedMachine : IFirewallBackend, INetworkLimiter, IAccountLock, IOpenSessions, IAdminAlarm, IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("accountguard-helper");
    private readonly HelperWork _work;
    private readonly HelperServer _server;

    /// <param name="obeyed">This process's user by default.</param>
    /// <param name="system">Answers what the helper asks the system about its users.</param>
    public HelpedMachine(uint? obeyed = null, int most = 50, int perMinute = 60, IProcessRunner? system = null)
    {
        var policy = BlockPolicy.Default with { Exempt = [Prefix("198.51.100.0/24")], MaxStanding = most };
        var logins = new AccountLogins(LoginNames.Auto, "localhost", "localhost", ["localhost"], () => new LoginRules(new UserNameRules(), VirtualMap.Empty));
        var watch = new HelperWatch(
            new ProtectedAccounts(["postmaster@example.com"], logins, system ?? new NoSystemUsers(), lowestUid: 1000),
            perMinute,
            this,
            TimeProvider.System
        );
        _work = new HelperWork(
            new EnforcementBackends(this, this, [new NamedLock("dovecot-deny-file", this)], this, null),
            () => policy,
            watch,
            TimeProvider.System
        );
        var user = FileOwner.OwnUser();
        _server = new HelperServer(HelperSocket.Listen(Socket, user), new HashSet<uint> { obeyed ?? user }, _work, new LoggerConfiguration().CreateLogger());
        _server.Start();
        Client = new HelperClient(Socket);
    }

    public string Socket => Path.Combine(_directory.FullName, "run", "socket");

    public HelperClient Client { get; }

    public Dictionary<NetworkPrefix, DateTimeOffset> Blocked { get; } = [];

    public Dictionary<NetworkPrefix, DateTimeOffset> Limited { get; } = [];

    public Dictionary<UserId, WantedLock> Locked { get; } = [];

    public List<UserId> Ended { get; } = [];

    /// <summary>What the helper told the administrator.</summary>
    public List<string> Told { get; } = [];

    public bool Fails { get; set; }

    public bool EndsBlocksItself => true;

    public static NetworkPrefix Prefix(string text) => NetworkPrefix.TryParse(text, out var prefix) ? prefix : throw new FormatException(text);

    public Task Apply(IReadOnlyCollection<WantedBlock> add, IReadOnlyCollection<NetworkPrefix> remove, CancellationToken cancellation = default) =>
        Change(Blocked, add, remove);

    Task<IReadOnlyCollection<StandingBlock>> IFirewallBackend.List(CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyCollection<StandingBlock>>([.. Blocked.Select(pair => new StandingBlock(pair.Key, pair.Value))]);

    public Task Reconcile(IReadOnlyCollection<WantedBlock> wanted, CancellationToken cancellation = default) =>
        throw new InvalidOperationException("the helper is told differences");

    public Task Limit(IReadOnlyCollection<WantedBlock> add, IReadOnlyCollection<NetworkPrefix> remove, CancellationToken cancellation = default) =>
        Change(Limited, add, remove);

    public Task<IReadOnlyCollection<StandingBlock>> Limits(CancellationToken cancellation = default) =>
        Task.FromResult<IReadOnlyCollection<StandingBlock>>([.. Limited.Select(pair => new StandingBlock(pair.Key, pair.Value))]);

    public Task<IReadOnlyCollection<RefusedLock>> Apply(
        IReadOnlyCollection<WantedLock> add,
        IReadOnlyCollection<UserId> remove,
        CancellationToken cancellation = default
    )
    {
        if (Fails)
            throw new EnforcementException("the disk is full");
        foreach (var user in remove)
            Locked.Remove(user);
        foreach (var one in add.Where(one => one.User.Value != "root@localhost"))
            Locked[one.User] = one;
        return Task.FromResult<IReadOnlyCollection<RefusedLock>>([
            .. add.Where(one => one.User.Value == "root@localhost").Select(one => new RefusedLock(one.User, "an account of the system")),
        ]);
    }

    Task<IReadOnlyCollection<StandingLock>> IAccountLock.List(CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyCollection<StandingLock>>([.. Locked.Values.Select(one => new StandingLock(one.User, one.Until))]);

    public Task<string?> End(UserId user, CancellationToken cancellation = default)
    {
        Ended.Add(user);
        return Task.FromResult<string?>(null);
    }

    public void Tell(string text)
    {
        lock (Told)
            Told.Add(text);
    }

    /// <summary>What is answered to a raw line.</summary>
    public async Task<string> Say(string line, CancellationToken cancellation)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancellation);
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        try
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), cancellation);
        }
        catch (IOException)
        {
            // It was refused before all of it was read.
        }
        return await reader.ReadLineAsync(cancellation) ?? "closed";
    }

    private static Task Change(Dictionary<NetworkPrefix, DateTimeOffset> into, IReadOnlyCollection<WantedBlock> add, IReadOnlyCollection<NetworkPrefix> remove)
    {
        foreach (var network in remove)
            into.Remove(network);
        foreach (var block in add)
            into[block.Network] = block.Until;
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _work.Dispose();
        _directory.Delete(true);
    }
}

/// <summary>A machine whose system users are nobody's accounts.</summary>
internal sealed class NoSystemUsers : IProcessRunner
{
    private const int NotFound = 2;

    public Task<ProcessOutcome> Run(ProcessRequest request, CancellationToken cancellation = default) => Task.FromResult(new ProcessOutcome(NotFound, "", ""));
}
