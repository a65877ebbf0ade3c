using System.Net.Sockets;
using System.Text;
using Akka.Actor;
using Guard.Actors.Clustering;
using Guard.Messages.Identity;
using Guard.Messages.Sites;
using Guard.Messages.Users;
using Serilog;

namespace Guard.Host.Inspection;

/// <summary>
/// Answers commands of this machine's admin over a Unix socket that only the guard's own user can open: one line in, one JSON line out.
/// </summary>
public sealed class InspectionServer(string socket, GuardRegions regions, IGuardClock clock, ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;

    public void Start()
    {
        // A socket left by a killed guard is in the way of the next one.
        File.Delete(socket);
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(socket));
        File.SetUnixFileMode(socket, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _listener.Listen(16);
        _accepting = AcceptAsync(_listener);
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
                _ = ServeAsync(client);
            }
            catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        try
        {
            await using var stream = new NetworkStream(client, ownsSocket: true);
            using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            patience.CancelAfter(Patience);
            var line = await reader.ReadLineAsync(patience.Token).ConfigureAwait(false) ?? "";
            var answer = await AnswerAsync(line.Split(' ', 2)).ConfigureAwait(false);
            // The question may have taken all of the patience; its answer must still go out.
            patience.CancelAfter(Patience);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(answer + "\n"), _stop.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or SocketException)
        {
            log.Debug("An inspection was cut off: {Reason:l}", failure.Message);
        }
    }

    private async Task<string> AnswerAsync(string[] words)
    {
        var name = words.Length > 1 ? words[1].Trim() : "";
        var user = new UserId(name.ToLowerInvariant());
        try
        {
            return words[0] switch
            {
                "explain" => InspectionJson.Write(await regions.Users.Ask<UserStatus>(new UserCommands.GetStatus(user), Patience).ConfigureAwait(false)),
                "site" => InspectionJson.Write(await regions.Sites.Ask<SiteStatus>(new SiteCommands.GetStatus(new SiteId(name.ToLowerInvariant())), Patience).ConfigureAwait(false)),
                "release" => InspectionJson.Write(await regions.Users.Ask<Done>(new UserCommands.Release(user, clock.Now), Patience).ConfigureAwait(false)),
                "absolve" => InspectionJson.Write(await regions.Users.Ask<Done>(new UserCommands.Absolve(user, clock.Now), Patience).ConfigureAwait(false)),
                "confirm" => InspectionJson.Write(await regions.Users.Ask<Done>(new UserCommands.Confirm(user, clock.Now), Patience).ConfigureAwait(false)),
                _ => InspectionJson.Write(new InspectionError($"unknown command '{words[0]}'")),
            };
        }
        catch (AskTimeoutException)
        {
            return InspectionJson.Write(new InspectionError("the guard did not answer in time"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener?.Dispose();
        await _accepting.ConfigureAwait(false);
        File.Delete(socket);
    }
}
