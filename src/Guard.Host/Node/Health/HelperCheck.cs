using Guard.Host.Configuration;
using Guard.Host.Enforcement.Helping;
using Guard.Host.Platform;

namespace Guard.Host.Node.Health;

/// <summary>Whether the helper is there and its own settings do what the guard's want of it: asked also while nothing is to be done, when nobody else would notice.</summary>
internal static class HelperCheck
{
    private const string Remedy = "systemctl start accountguard-helper.socket; ask as the guard's own user or as root";

    /// <param name="patience">How long it is waited for. It describes itself at once, whatever it is doing.</param>
    public static async Task<IReadOnlyList<Finding>> LookAsync(GuardSettings settings, TimeSpan patience, CancellationToken cancellation)
    {
        var socket = settings.Enforcement.Helper.Socket;
        if (socket.Length == 0)
            return [];
        var check = $"helper {socket}";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        try
        {
            var client = new HelperClient(socket);
            var able = (await client.Ask(new HelperRequest.Describe(), limit.Token).ConfigureAwait(false)).Abilities;
            var missing = HelperBackends.Of(settings, client).Abilities().Except(able).ToArray();
            return missing.Length == 0
                ? [Finding.Ok(check, $"answers; it does {(able.Count == 0 ? "nothing" : string.Join(", ", able))}")]
                :
                [
                    Finding.Fault(
                        check,
                        $"answers, but its own settings do not switch on {string.Join(", ", missing)}",
                        $"switch it on in {Commands.HelperCommand.UsualSettings} as well, or off here"
                    ),
                ];
        }
        catch (EnforcementException failure)
        {
            return [Finding.Fault(check, failure.Message, Remedy)];
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return [Finding.Fault(check, "does not answer", Remedy)];
        }
    }
}
