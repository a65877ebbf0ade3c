using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Akka.Actor;
using Akka.Configuration;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Users;
using Xunit;

namespace Guard.EndToEnd.Tests.Security;

/// <summary>The built program as root, on a machine whose other users are strangers: what <c>nobody</c> can do to it by loopback.</summary>
public sealed class LocalStrangerTests : IAsyncLifetime
{
    private const string Victim = "owner@example.com";

    private readonly GuardProgram _guard = new();
    private readonly AllListeners _ports = new();
    private System.Diagnostics.Process _process = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        OtherUser.Require();
        _process = await _ports.StartAsync(
            _guard,
            Cancellation,
            "policy.default { quotas = [ { per = 1d, recipients = 50 } ], reactions { on-quota = restricted } }"
        );
    }

    public ValueTask DisposeAsync()
    {
        _guard.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string Request(string user) =>
        $"request=smtpd_access_policy\nprotocol_state=RCPT\nprotocol_name=ESMTP\nsasl_username={user}\nsender={user}\nrecipient=a@b.example\nrecipient_count=0\nclient_address=203.0.113.9\ninstance=1a\nqueue_id=\n\n";

    private static string Data(string user, int number) =>
        $"request=smtpd_access_policy\nprotocol_state=END-OF-MESSAGE\nprotocol_name=ESMTP\nsasl_username={user}\nsender={user}\nrecipient=a@b.example\nrecipient_count=1\nclient_address=203.0.113.9\ninstance={number:x}\nqueue_id=4X{number}\nsize=100\n\n";

    private long Count(string user, string name) => _guard.Explain(user)?.GetProperty("totals").GetProperty(name).GetInt64() ?? 0;

    private string State(string user) => _guard.Explain(user)?.ToString() ?? "";

    private async Task<string> AskAsync(string text)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _ports.Policy, Cancellation);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), Cancellation);
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadLineAsync(Cancellation) ?? "";
    }

    private Task<HttpResponseMessage> AllowAsync(HttpClient client, string user) =>
        client.PostAsync(
            new Uri($"http://127.0.0.1:{_ports.Auth}/?command=allow"),
            new StringContent($$"""{"login":"{{user}}","remote":"203.0.113.9","pwhash":"1"}""", Encoding.UTF8, "application/json"),
            Cancellation
        );

    [Fact]
    public async Task Fifty_one_requests_of_a_stranger_restrict_nobody_are_answered_as_without_a_guard_and_told_once()
    {
        var said = await OtherUser.SayAsync(_ports.Policy, string.Concat(Enumerable.Range(1, 51).Select(number => Data(Victim, number))), Cancellation);
        Assert.Equal(51, said.Split("action=DUNNO").Length - 1);
        // One connection each, and gone before anybody looks: the kernel then says root.
        await OtherUser.RunAsync(
            $"for i in $(seq 60); do (exec 3<>/dev/tcp/127.0.0.1/{_ports.Policy}; printf 'request=smtpd_access_policy\\nprotocol_state=END-OF-MESSAGE\\nsasl_username={Victim}\\nclient_address=203.0.113.9\\nrecipient_count=1\\ninstance=b'$i'\\nqueue_id=5Y'$i'\\n\\n' >&3); done",
            Cancellation
        );
        // What root says afterwards is heard, so all of that has been looked at.
        Assert.Equal("action=DUNNO", await AskAsync(Data("asked@example.com", 1)));
        await GuardProgram.UntilAsync(() => Count("asked@example.com", "submissions") == 1, () => _guard.Heard);
        Assert.Equal(0, Count(Victim, "submissions"));
        Assert.DoesNotContain("restricted", State(Victim), StringComparison.Ordinal);
        Assert.Single(
            _guard.Heard.Split('\n'),
            line =>
                line.Contains("uid 65534 (nobody)", StringComparison.Ordinal) && line.Contains("intake.postfix-policy.allow-users", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_stranger_changes_no_list_and_hears_nothing_and_neither_does_root_without_a_password()
    {
        const string everybody = """{"netmask":"0.0.0.0/0","expire_secs":300000000,"reason":"x"}""";
        Assert.Contains("403", await OtherUser.CallAsync(_ports.Auth, "POST", "/?command=addBLEntry", everybody, Cancellation), StringComparison.Ordinal);
        Assert.Contains(
            "403",
            await OtherUser.CallAsync(
                _ports.Auth,
                "POST",
                "/?command=allow",
                """{"login":"a@example.com","remote":"203.0.113.9","pwhash":"1"}""",
                Cancellation
            ),
            StringComparison.Ordinal
        );
        Assert.Contains("403", await OtherUser.CallAsync(_ports.Auth, "GET", "/?command=getBL", "", Cancellation), StringComparison.Ordinal);
        using var client = new HttpClient();
        var order = await client.PostAsync(
            new Uri($"http://127.0.0.1:{_ports.Auth}/?command=addBLEntry"),
            new StringContent(everybody, Encoding.UTF8, "application/json"),
            Cancellation
        );
        Assert.Equal(HttpStatusCode.Forbidden, order.StatusCode);
        Assert.Contains("\"status\":0", await (await AllowAsync(client, Victim)).Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        var list = await client.GetStringAsync(new Uri($"http://127.0.0.1:{_ports.Auth}/?command=getBL"), Cancellation);
        Assert.Equal("""{"bl_entries":[]}""", list);
    }

    [Fact]
    public async Task A_stranger_is_not_heard_by_milter_or_syslog_and_sees_neither_metrics_nor_the_administrators_socket()
    {
        // SMFIC_OPTNEG, then SMFIC_MAIL: negotiated, and continued as without a guard.
        var milter = await OtherUser.SayAsync(_ports.Milter, "\0\0\0\u000dO\0\0\0\u0006\0\0\0\0\0\0\0\0\0\0\0\u0007M<a@b>\0", Cancellation);
        Assert.Contains("c", milter, StringComparison.Ordinal);
        var line =
            $"<22>{DateTimeOffset.UtcNow:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} mx1 dovecot: imap-login: Login: user=<{Victim}>, method=PLAIN, rip=203.0.113.9, lip=192.0.2.1, mpid=1, TLS, session=<x>\n";
        await OtherUser.SayAsync(_ports.Syslog, line, Cancellation);
        await OtherUser.RunAsync($"exec 3<>/dev/udp/127.0.0.1/{_ports.Syslog}; printf '%s' '{line.Trim()}' >&3; sleep 1", Cancellation);
        using (var root = new UdpClient())
        {
            await root.SendAsync(
                Encoding.ASCII.GetBytes(line.Replace(Victim, "heard@example.com", StringComparison.Ordinal)),
                new IPEndPoint(IPAddress.Loopback, _ports.Syslog),
                Cancellation
            );
            await GuardProgram.UntilAsync(() => Count("heard@example.com", "logins") == 1, () => _guard.Heard);
        }
        Assert.Equal(0, Count(Victim, "logins"));
        Assert.Contains("403", await OtherUser.CallAsync(_ports.Console, "GET", "/metrics", "", Cancellation), StringComparison.Ordinal);
        using var client = new HttpClient();
        Assert.Contains(
            "accountguard",
            await client.GetStringAsync(new Uri($"http://127.0.0.1:{_ports.Console}/metrics"), Cancellation),
            StringComparison.Ordinal
        );
        var socket = _guard[Path.Combine("data", "accountguard.sock")];
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(socket));
    }

    [Fact]
    public async Task The_administrators_socket_asks_the_kernel_who_comes_although_its_mode_was_opened()
    {
        Requirement.Programs("python3");
        const UnixFileMode all =
            UnixFileMode.UserRead
            | UnixFileMode.UserWrite
            | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead
            | UnixFileMode.GroupWrite
            | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead
            | UnixFileMode.OtherWrite
            | UnixFileMode.OtherExecute;
        var socket = _guard[Path.Combine("data", "accountguard.sock")];
        foreach (var path in new[] { _guard.Directory, _guard["data"], socket })
            File.SetUnixFileMode(path, all);
        var command =
            $"python3 -c 'import socket; s=socket.socket(socket.AF_UNIX); s.connect(\"{socket}\"); s.sendall(b\"confirm {Victim}\\n\"); print(s.recv(4096).decode())'";
        Assert.Contains("only root", await OtherUser.RunAsync(command, Cancellation), StringComparison.Ordinal);
        Assert.Contains("uid 65534 (nobody) has no right to it", _guard.Heard, StringComparison.Ordinal);
        // Root is answered as before.
        Assert.True(_guard.Answers);
    }

    [Fact]
    public async Task Alone_it_listens_where_it_was_told_to_and_nowhere_else()
    {
        var inodes = Directory
            .GetFiles($"/proc/{_process.Id}/fd")
            .Select(file => new FileInfo(file).LinkTarget ?? "")
            .Where(target => target.StartsWith("socket:[", StringComparison.Ordinal))
            .Select(target => target[8..^1])
            .ToHashSet();
        var listening = new[] { "tcp", "tcp6" }
            .SelectMany(table => File.ReadLines($"/proc/{_process.Id}/net/{table}").Skip(1))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[3] == "0A" && inodes.Contains(fields[9]))
            .Select(fields => Convert.ToInt32(fields[1].Split(':')[1], 16))
            .Order()
            .ToArray();
        Assert.Equal(new[] { _ports.Policy, _ports.Auth, _ports.Milter, _ports.Syslog, _ports.Console }.Order(), listening);
    }

    private sealed class Planted(string file) : UntypedActor
    {
        protected override void PreStart() => File.WriteAllText(file, "written by an actor from elsewhere");

        protected override void OnReceive(object message) { }
    }

    /// <summary>As whoever has Akka.NET and the guard's own messages can write it; before, each of these was obeyed.</summary>
    [Fact]
    public async Task A_real_remoting_client_locks_exempts_deploys_and_ends_nothing()
    {
        using var system = ActorSystem.Create(
            "AccountGuard",
            ConfigurationFactory
                .ParseString(
                    """
                    akka { loglevel = OFF, stdout-loglevel = OFF, actor.provider = remote, remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 } }
                    """
                )
                .WithFallback(ConfigurationFactory.ParseString(Guard.Actors.Serialization.GuardSerializer.Hocon))
        );
        var failed = new TaskCompletionSource();
        system.EventStream.Subscribe(system.ActorOf(Props.Create(() => new Failures(failed))), typeof(Akka.Remote.AssociationErrorEvent));
        var root = $"akka.tcp://AccountGuard@127.0.0.1:{_ports.Cluster}";
        var network = new BlockedNetwork(Guard.Messages.Places.NetworkAddress.Parse("0.0.0.0"), 0);
        system.ActorSelection($"{root}/system/sharding/user").Tell(new UserCommands.Lock(new UserId(Victim), DateTimeOffset.UtcNow, null));
        foreach (var supervisor in new[] { "enforcement-proxy", "firewall-supervisor", "firewall-worker" })
            system.ActorSelection($"{root}/user/{supervisor}").Tell(new BlockCommands.Exempt(network, null, new Author("nobody", "x")));
        system.ActorSelection($"{root}/system/cluster/core/daemon").Tell(new Identify("who"));
        system.ActorSelection($"{root}/user/*").Tell(PoisonPill.Instance);
        system.ActorSelection($"{root}/user/inspection").Tell(new Version(1, 0));
        var file = _guard["planted"];
        system.ActorOf(Props.Create(() => new Planted(file)).WithDeploy(new Deploy(new RemoteScope(Address.Parse(root)))), "planted");
        await failed.Task.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
        Assert.Equal("action=DUNNO", await AskAsync(Request(Victim)));
        Assert.DoesNotContain("0.0.0.0/0", _guard.Guard("inspect", "exempt", "list", "--json", "--config", _guard["guard.conf"]).Out, StringComparison.Ordinal);
        Assert.False(File.Exists(file));
        Assert.False(_process.HasExited);
    }

    private sealed class Failures : ReceiveActor
    {
        public Failures(TaskCompletionSource failed) => Receive<Akka.Remote.AssociationErrorEvent>(_ => failed.TrySetResult());
    }

    [Fact]
    public async Task A_thousand_idle_connections_to_each_port_of_a_stranger_and_of_root_keep_nobody_out()
    {
        int[] ports = [_ports.Policy, _ports.Auth, _ports.Milter];
        using var stranger = OtherUser.Start(
            $"ulimit -n 4096; for p in {string.Join(' ', ports)}; do for i in $(seq 1000); do exec {{fd}}<>/dev/tcp/127.0.0.1/$p; done; done; echo ready; read"
        );
        Assert.Equal("ready", await stranger.StandardOutput.ReadLineAsync(Cancellation));
        var own = new List<Socket>();
        foreach (var port in ports)
        {
            for (var i = 0; i < 1100; i++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, port, Cancellation);
                own.Add(socket);
            }
        }
        Assert.Equal("action=DUNNO", await AskAsync(Request("late@example.com")));
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        Assert.Equal(HttpStatusCode.OK, (await AllowAsync(client, "late@example.com")).StatusCode);
        using (var milter = new TcpClient())
        {
            await milter.ConnectAsync(IPAddress.Loopback, _ports.Milter, Cancellation);
            await milter.GetStream().WriteAsync(new byte[] { 0, 0, 0, 13, (byte)'O', 0, 0, 0, 6, 0, 0, 1, 0xFF, 0, 0x1F, 0xFF, 0xFF }, Cancellation);
            var answer = new byte[5];
            await milter.GetStream().ReadExactlyAsync(answer, Cancellation);
            Assert.Equal((byte)'O', answer[4]);
        }
        var rows = _guard
            .Guard("inspect", "intake", "--json", "--config", _guard["guard.conf"])
            .Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .ToArray();
        foreach (var kind in new[] { "postfix-policy", "auth-policy", "milter" })
        {
            var row = rows.Single(one => one.GetProperty("kind").GetString() == kind);
            Assert.InRange(row.GetProperty("refused").GetInt64(), 1000, 1001);
            Assert.True(row.GetProperty("cut").GetInt64() >= 1000, $"{row}");
        }
        own.ForEach(socket => socket.Dispose());
        stranger.Kill();
    }
}
