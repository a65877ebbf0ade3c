using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Akka.Actor;
using Guard.Host.Configuration;
using Guard.Host.Geo;
using Guard.Host.Intake.Logs;
using Guard.Host.Intake.Syslog;
using Guard.Messages.Observations;
using Guard.Messages.Users;
using Serilog.Core;
using Xunit;

namespace Guard.Host.Tests.Syslog;

/// <summary>Syslog over TLS (RFC 5425) with certificates made here.</summary>
public sealed class SyslogTlsTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ActorSystem _system = ActorSystem.Create("syslog", "akka.loglevel = OFF");
    private readonly ConcurrentQueue<Observation> _taken = new();
    private readonly Certificates _certificates = new();
    private SyslogIntake? _intake;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (_intake is not null)
            await _intake.DisposeAsync();
        await _system.Terminate();
        _certificates.Dispose();
    }

    private void Start(bool clientsNeedOne = false, Func<SyslogSettings, SyslogSettings>? with = null)
    {
        if (!File.Exists(_certificates.Certificate))
            _certificates.WriteServer();
        var settings = new SyslogSettings
        {
            Tls = new SyslogTlsSettings(
                new IPEndPoint(IPAddress.Loopback, 0),
                _certificates.Certificate,
                _certificates.Key,
                clientsNeedOne ? _certificates.Authority : ""
            )
            {
                Handshake = TimeSpan.FromSeconds(1),
            },
        };
        settings = with?.Invoke(settings) ?? settings;
        var users = _system.ActorOf(Props.Create(() => new Users(_taken)));
        _intake = new SyslogIntake(
            settings,
            source => new LogParser(new LogParserSettings(source, DateTimeOffset.UtcNow), new UserNameRules(), new PlaceLookup([], null)),
            _system,
            users,
            _ => { },
            Logger.None
        );
        _intake.Start();
    }

    private static string Login(string user) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"<22>1 {DateTimeOffset.UtcNow:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} mx1 dovecot 77 - - imap-login: Login: user=<{user}>, method=PLAIN, rip=203.0.113.9, lip=192.0.2.1, mpid=1, TLS, session=<x>"
        );

    private static string Counted(string message) => $"{Encoding.UTF8.GetByteCount(message)} {message}";

    private async Task<SslStream> ConnectAsync(X509Certificate2? client = null, SslProtocols versions = SslProtocols.None)
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync(_intake!.SecuredEndPoint, Cancel);
        var tls = new SslStream(tcp.GetStream());
        var authority = X509CertificateLoader.LoadCertificateFromFile(_certificates.Authority);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "guard.example.com",
                EnabledSslProtocols = versions,
                ClientCertificateContext = client is null ? null : SslStreamCertificateContext.Create(client, null, offline: true),
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { authority },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
            Cancel
        );
        return tls;
    }

    private static async Task SendAsync(Stream stream, string text) => await stream.WriteAsync(Encoding.UTF8.GetBytes(text), Cancel);

    /// <summary>With TLS 1.3 a client is through before the server has looked at its certificate: what shows is that the connection ends.</summary>
    private static async Task<bool> IsClosedAsync(SslStream stream)
    {
        try
        {
            return await stream.ReadAsync(new byte[1], Cancel).AsTask().WaitAsync(Patience, Cancel) == 0;
        }
        catch (Exception ended) when (ended is IOException or AuthenticationException)
        {
            return true;
        }
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Counted_messages_and_lines_are_heard(SslProtocols version)
    {
        Start();
        await using (var stream = await ConnectAsync(versions: version))
        {
            await SendAsync(stream, Counted(Login("counted@example.com")) + Counted(Login("next@example.com")));
            await SendAsync(stream, Login("line@example.com") + "\n");
            await Eventually.Is(() => _taken.Count == 3, "not all was heard");
        }
        Assert.Equal(["counted@example.com", "next@example.com", "line@example.com"], _taken.Select(login => login.User.Value));
        Assert.All(_taken, login => Assert.Equal("syslog:127.0.0.1", login.Origin.Source));
    }

    [Fact]
    public async Task With_an_authority_only_clients_are_heard_that_it_signed()
    {
        Start(clientsNeedOne: true);
        using var others = new Certificates("stranger");
        using var strange = others.Client();
        using var past = _certificates.Client(until: DateTimeOffset.UtcNow.AddHours(-1));
        using var server = _certificates.Client(use: "1.3.6.1.5.5.7.3.1");
        foreach (var wrong in new[] { null, strange, past, server })
        {
            try
            {
                await using var refused = await ConnectAsync(wrong);
                await SendAsync(refused, Counted(Login("thief@example.com")));
                Assert.True(await IsClosedAsync(refused));
            }
            catch (Exception ended) when (ended is IOException or AuthenticationException)
            {
                // Refused within the handshake already.
            }
        }
        using var right = _certificates.Client();
        await using var stream = await ConnectAsync(right);
        await SendAsync(stream, Counted(Login("anna@example.com")));
        await Eventually.Is(() => _taken.Count > 0, "the right one was not heard");
        Assert.Equal("anna@example.com", Assert.Single(_taken).User.Value);
    }

    [Fact]
    public async Task Plain_text_and_a_client_that_says_nothing_are_cut_off_and_others_are_heard()
    {
        Start(with: settings => settings with { MaxConnections = 3 });
        using var rude = new TcpClient();
        await rude.ConnectAsync(_intake!.SecuredEndPoint, Cancel);
        await rude.GetStream().WriteAsync(Encoding.UTF8.GetBytes(Login("plain@example.com") + "\n"), Cancel);
        using var silent = new TcpClient();
        await silent.ConnectAsync(_intake.SecuredEndPoint, Cancel);
        // The handshake has a second; then their places are free.
        Assert.Equal(0, await ReadToEndAsync(silent));
        await ReadToEndAsync(rude);
        await Eventually.Is(() => _intake.Open == 0, "their places are not free");
        await using var stream = await ConnectAsync();
        await SendAsync(stream, Counted(Login("anna@example.com")));
        await Eventually.Is(() => _taken.Count == 1, "the other was not heard");
    }

    private static async Task<int> ReadToEndAsync(TcpClient client)
    {
        var bytes = 0;
        try
        {
            // A TLS alert may come before the end.
            while (await client.GetStream().ReadAsync(new byte[256], Cancel).AsTask().WaitAsync(Patience, Cancel) is var read and > 0)
                bytes += read;
        }
        catch (IOException) { }
        return bytes;
    }

    [Fact]
    public async Task When_there_is_no_more_room_the_connection_that_has_been_silent_longest_makes_it()
    {
        Start(with: settings => settings with { MaxConnections = 1 });
        await using var first = await ConnectAsync();
        await using var second = await ConnectAsync();
        await SendAsync(second, Counted(Login("anna@example.com")));
        await Eventually.Is(() => _taken.Count == 1, "the second one is not heard");
        Assert.True(await IsClosedAsync(first));
    }

    [Fact]
    public async Task A_message_that_does_not_come_to_its_end_is_not_waited_for_and_one_that_is_too_long_neither()
    {
        Start(with: settings => settings with { Slow = TimeSpan.FromMilliseconds(500) });
        await using (var slow = await ConnectAsync())
        {
            await SendAsync(slow, "60 <22>");
            Assert.True(await IsClosedAsync(slow));
        }
        await using var rude = await ConnectAsync();
        await SendAsync(rude, "99999 <22>");
        Assert.True(await IsClosedAsync(rude));
    }

    [Fact]
    public async Task A_sender_that_says_a_little_all_the_time_is_not_cut_off()
    {
        Start(with: settings => settings with { Slow = TimeSpan.FromSeconds(2) });
        await using var stream = await ConnectAsync();
        var pieces = string.Concat(Enumerable.Range(0, 12).Select(i => Counted(Login($"user{i}@example.com"))));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        // Each piece ends within a message: it is each message that must not take long, not all of them.
        foreach (var piece in Encoding.UTF8.GetBytes(pieces).Chunk(100))
        {
            await stream.WriteAsync(piece, Cancel);
            await Task.Delay(200, Cancel);
        }
        Assert.True(watch.Elapsed > TimeSpan.FromSeconds(2), "it was no test of patience");
        await Eventually.Is(() => _taken.Count == 12, "it was cut off");
    }

    [Fact]
    public async Task Changed_certificates_are_taken_over_and_damaged_ones_are_not()
    {
        using var before = _certificates.WriteServer();
        Start();
        Assert.Equal(before.Thumbprint, await ServedAsync());
        await File.WriteAllTextAsync(_certificates.Certificate, "no certificate", Cancel);
        Assert.Equal(before.Thumbprint, await ServedAsync());
        using var after = _certificates.WriteServer();
        Assert.Equal(after.Thumbprint, await ServedAsync());
    }

    private async Task<string> ServedAsync()
    {
        await using var stream = await ConnectAsync();
        return X509CertificateLoader.LoadCertificate(stream.RemoteCertificate!.GetRawCertData()).Thumbprint;
    }

    [Fact]
    public void A_key_that_does_not_fit_is_told_at_the_start()
    {
        using var others = new Certificates("stranger");
        _certificates.WriteServer().Dispose();
        others.WriteServer().Dispose();
        var settings = new SyslogTlsSettings(new IPEndPoint(IPAddress.Loopback, 0), _certificates.Certificate, others.Key, "");
        Assert.StartsWith(_certificates.Certificate, Assert.Throws<IOException>(() => new SyslogTls(settings, Logger.None)).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "/nowhere",
            Assert.Throws<IOException>(() => new SyslogTls(settings with { Certificate = "/nowhere" }, Logger.None)).Message,
            StringComparison.Ordinal
        );
    }

    private sealed class Users : ReceiveActor
    {
        public Users(ConcurrentQueue<Observation> taken) =>
            Receive<UserCommands.Observe>(observe =>
            {
                foreach (var observation in observe.Observations)
                    taken.Enqueue(observation);
                var last = observe.Observations[^1].Origin;
                Sender.Tell(new Observed(observe.User, last.Source, last.Position));
            });
    }
}
