using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Guard.Host.Configuration;
using MimeKit;
using SmtpServer;
using SmtpServer.Authentication;
using SmtpServer.ComponentModel;
using SmtpServer.Mail;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace Guard.Host.Tests.Reports;

/// <summary>A mail server on loopback that keeps what it gets, and can be moody.</summary>
internal sealed class ReceivingServer : IMessageStore, IMailboxFilter, IUserAuthenticator, IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly SmtpServer.SmtpServer _server;
    private readonly Task _serving;

    public ReceivingServer(bool tls = false, bool auth = false)
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Port = ((IPEndPoint)free.LocalEndpoint).Port;
        }
        var options = new SmtpServerOptionsBuilder()
            .ServerName("mx.test")
            .Endpoint(endpoint =>
            {
                endpoint.Endpoint(new IPEndPoint(IPAddress.Loopback, Port));
                if (tls)
                    endpoint.Certificate(Certificate());
                if (auth)
                    endpoint.AuthenticationRequired();
            })
            .Build();
        var provider = new ServiceProvider();
        provider.Add((IMessageStore)this);
        provider.Add((IMailboxFilter)this);
        provider.Add((IUserAuthenticator)this);
        _server = new SmtpServer.SmtpServer(options, provider);
        _serving = _server.StartAsync(_stop.Token);
    }

    public int Port { get; }

    public ConcurrentQueue<MimeMessage> Messages { get; } = [];

    public ConcurrentQueue<string> LoggedIn { get; } = [];

    /// <summary>What is answered to each recipient; null: taken.</summary>
    public SmtpResponse? Recipients { get; set; }

    public ReportMailSettings Settings(MailTls tls = MailTls.None, bool verify = true, string user = "") =>
        new(
            "127.0.0.1",
            Port,
            tls,
            verify,
            user,
            new Secret(user.Length > 0 ? "right" : "", ""),
            "AccountGuard <guard@example.net>",
            ["admin@example.net"],
            TimeSpan.FromSeconds(20),
            ""
        );

    public async Task<SmtpResponse> SaveAsync(
        ISessionContext context,
        IMessageTransaction transaction,
        ReadOnlySequence<byte> buffer,
        CancellationToken cancellationToken
    )
    {
        using var stream = new MemoryStream(buffer.ToArray());
        Messages.Enqueue(await MimeMessage.LoadAsync(stream, cancellationToken));
        return SmtpResponse.Ok;
    }

    public Task<bool> CanAcceptFromAsync(ISessionContext context, IMailbox from, int size, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<bool> CanDeliverToAsync(ISessionContext context, IMailbox to, IMailbox from, CancellationToken cancellationToken) =>
        Recipients is { } answer ? throw new SmtpResponseException(answer) : Task.FromResult(true);

    public Task<bool> AuthenticateAsync(ISessionContext context, string user, string password, CancellationToken cancellationToken)
    {
        LoggedIn.Enqueue($"{user} {password} {context.Pipe!.IsSecure}");
        return Task.FromResult(password == "right");
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=mx.test", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _server.Shutdown();
        try
        {
            await _serving;
        }
        catch (OperationCanceledException) { }
        _stop.Dispose();
    }
}
