using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Cluster;
using Guard.Host.Configuration;
using Npgsql;
using Serilog;

namespace Guard.Host.Clustering;

/// <summary>
/// Brings a node into its cluster, and keeps its sign of life in the register. A node joins whom it can; it begins a cluster only when nobody has given a sign
/// of life for a while. A member that finds a younger cluster on its database ends: its own was given up.
/// </summary>
internal sealed class ClusterEntry : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Alone = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SignEvery = TimeSpan.FromSeconds(2);

    /// <summary>Several signs of life, so that one that was late is not taken for death.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private readonly ActorSystem _system;
    private readonly ClusterRegister _register;
    private readonly ILogger _log;
    private readonly long _founding;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _signing;

    private ClusterEntry(ActorSystem system, ClusterRegister register, long founding, ILogger log)
    {
        (_system, _register, _founding, _log) = (system, register, founding, log);
        _signing = SignAsync();
    }

    /// <summary>Null when the node is alone, by its configuration.</summary>
    /// <exception cref="IOException">This node cannot be in one cluster with those that are there.</exception>
    /// <exception cref="TimeoutException">It did not become a member in time.</exception>
    public static async Task<ClusterEntry?> JoinAsync(ActorSystem system, GuardSettings settings, ILogger log)
    {
        var cluster = Cluster.Get(system);
        var up = new TaskCompletionSource();
        cluster.RegisterOnMemberUp(up.SetResult);
        if (!settings.Cluster.HasOthers)
        {
            await up.Task.WaitAsync(Alone).ConfigureAwait(false);
            await CheckAsync(cluster, settings).ConfigureAwait(false);
            return null;
        }
        var self = cluster.SelfAddress;
        var register = new ClusterRegister(settings.Persistence.PostgresConnection, settings.Cluster.Node, $"{self.Host}:{self.Port}");
        try
        {
            var founding = await new Joining(cluster, settings, register, log).UntilAsync(up.Task).ConfigureAwait(false);
            await CheckAsync(cluster, settings).ConfigureAwait(false);
            return new ClusterEntry(system, register, founding, log);
        }
        catch
        {
            await register.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task CheckAsync(Cluster cluster, GuardSettings settings)
    {
        if (NodeTraits.Against(settings, cluster.SelfMember, cluster.State.Members) is not { } problem)
            return;
        await CoordinatedShutdown.Get(cluster.System).Run(CoordinatedShutdown.ClusterLeavingReason.Instance).ConfigureAwait(false);
        throw new IOException($"this node cannot be in the cluster: {problem}");
    }

    private async Task SignAsync()
    {
        using var timer = new PeriodicTimer(SignEvery);
        var failed = false;
        try
        {
            do
            {
                try
                {
                    if (await _register.SignAsync(_stop.Token).ConfigureAwait(false) is var latest && latest != _founding)
                    {
                        _log.Error(
                            "The cluster that this node belongs to was given up while it could not reach the database, and another one has begun; this node ends and joins that one when it is started again"
                        );
                        await _system.Terminate().ConfigureAwait(false);
                        return;
                    }
                    failed = false;
                }
                catch (Exception failure) when (!_stop.IsCancellationRequested)
                {
                    // Whatever it is: a node that stopped giving signs would be taken for dead while it lives.
                    if (!failed)
                        _log.Warning("This node's sign of life could not be stored: {Reason:l}; trying again", failure.Message);
                    failed = true;
                }
            } while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The node leaves.
        }
    }

    /// <summary>The node has left: nobody need wait for signs of life of it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _signing.ConfigureAwait(false);
        try
        {
            await _register.SignOffAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (NpgsqlException failure)
        {
            _log.Warning("Leaving could not be stored: {Reason:l}; a restart of the whole cluster waits a little longer", failure.Message);
        }
        await _register.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    /// <summary>One attempt to become a member.</summary>
    private sealed class Joining(Cluster cluster, GuardSettings settings, ClusterRegister register, ILogger log)
    {
        private readonly long _started = Stopwatch.GetTimestamp();
        private ImmutableHashSet<Address> _asked = [];
        private RegisteredNodes? _seen;
        private long _since;
        private bool _complained;
        private bool _founded;
        private bool _signedOff;

        /// <summary>The number of the founding that the node belongs to.</summary>
        public async Task<long> UntilAsync(Task up)
        {
            while (!up.IsCompleted)
            {
                if (Stopwatch.GetElapsedTime(_started) > Patience)
                    throw new TimeoutException($"no member of a cluster within {Patience.TotalMinutes:0} minutes; tried {string.Join(", ", _asked)}");
                try
                {
                    if (!_founded)
                        await StepAsync().ConfigureAwait(false);
                    _complained = false;
                }
                catch (NpgsqlException failure)
                {
                    if (!_complained)
                        log.Warning("The database cannot be had: {Reason:l}; trying again", failure.Message);
                    _complained = true;
                    _seen = null;
                }
                await Task.WhenAny(up, Task.Delay(LookEvery)).ConfigureAwait(false);
            }
            return _seen?.Founding ?? (await register.LookAsync(CancellationToken.None).ConfigureAwait(false)).Founding;
        }

        private async Task StepAsync()
        {
            var nodes = await register.LookAsync(CancellationToken.None).ConfigureAwait(false);
            if (!_signedOff)
            {
                // What it was before is over: when all nodes were killed, those that are back need not wait for each other's last signs.
                await register.SignOffAsync(CancellationToken.None).ConfigureAwait(false);
                _signedOff = true;
            }
            if (_seen is null || !nodes.IsUnchangedSince(_seen))
                (_seen, _since) = (nodes, Stopwatch.GetTimestamp());
            var others = (await SeedsAsync().ConfigureAwait(false))
                .Concat(nodes.Others.Values.Select(node => NodeAddress.Parse(node.Address)!))
                .Select(AddressOf)
                .Where(address => !address.Equals(cluster.SelfAddress))
                .ToImmutableHashSet();
            if (nodes.Others.IsEmpty || Stopwatch.GetElapsedTime(_since) > Silence)
            {
                if (await register.FoundAsync(_seen, CancellationToken.None).ConfigureAwait(false) is not { } founding)
                    return;
                log.Information("No other node gives a sign of life: this one begins the cluster");
                _seen = new RegisteredNodes(founding, ImmutableDictionary<string, (string, DateTimeOffset)>.Empty);
                cluster.JoinSeedNodes([cluster.SelfAddress]);
                _founded = true;
                return;
            }
            if (_asked.SetEquals(others))
                return;
            _asked = others;
            log.Information("Joining {Nodes:l}", string.Join(", ", others.Select(address => address.HostPort())));
            cluster.JoinSeedNodes(others);
        }

        private async Task<IEnumerable<NodeAddress>> SeedsAsync()
        {
            if (settings.Cluster.SeedsDns is not { } name)
                return settings.Cluster.Seeds;
            try
            {
                var found = await Dns.GetHostAddressesAsync(name.Host).ConfigureAwait(false);
                return settings.Cluster.Seeds.Concat(found.Select(address => new NodeAddress(address.ToString(), name.Port)));
            }
            catch (SocketException)
            {
                // No pod has an address yet.
                return settings.Cluster.Seeds;
            }
        }

        private Address AddressOf(NodeAddress node) => cluster.SelfAddress.WithHost(node.Host).WithPort(node.Port);
    }
}
