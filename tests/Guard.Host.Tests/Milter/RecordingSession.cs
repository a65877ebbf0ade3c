using Guard.Host.Intake.Milter;

namespace Guard.Host.Tests.Milter;

/// <summary>Keeps what it was told, and refuses what it is told to.</summary>
internal sealed class RecordingSession(List<string> told, bool hangs = true) : IMilterSession
{
    public ValueTask<MilterReply> ConnectAsync(MilterPeer peer, MilterMacros macros, CancellationToken cancel) =>
        Tell($"connect {peer.HostName} {peer.Address} {peer.Port} {macros.ServerName}");

    public ValueTask<MilterReply> HeloAsync(string name, MilterMacros macros, CancellationToken cancel) => Tell("helo " + name);

    public ValueTask<MilterReply> MailAsync(MilterEnvelope sender, MilterMacros macros, CancellationToken cancel) =>
        Tell($"mail {sender.Address} {string.Join('+', sender.Arguments)} {macros.Login} {macros.LoginMethod} {macros.SenderAddress} {macros.QueueId}");

    public ValueTask<MilterReply> RecipientAsync(MilterEnvelope recipient, MilterMacros macros, CancellationToken cancel) =>
        recipient.Address switch
        {
            "blocked@remote.test" => new(MilterReply.Refuse(550, "5.7.1", "AccountGuard: 90% over\r\nthe limit")),
            "fail@remote.test" => throw new InvalidOperationException("broken"),
            "hang@remote.test" when hangs => new(new TaskCompletionSource<MilterReply>().Task),
            _ => Tell($"rcpt {recipient.Address} {macros.RecipientAddress} {macros.Login}"),
        };

    public ValueTask<MilterReply> DataAsync(MilterMacros macros, CancellationToken cancel) => Tell("data " + macros.QueueId);

    public ValueTask<MilterReply> EndOfHeadersAsync(MilterMacros macros, CancellationToken cancel) => Tell("eoh");

    public ValueTask<MilterEnd> EndOfMessageAsync(MilterMacros macros, CancellationToken cancel)
    {
        told.Add("eom " + macros.Login);
        return new(new MilterEnd(MilterReply.Accept) { Quarantine = "stolen?", Headers = [new("X-A", "1"), new("X-B", "2", 0)] });
    }

    public ValueTask AbortAsync(CancellationToken cancel)
    {
        told.Add("abort");
        return default;
    }

    public ValueTask CloseAsync()
    {
        told.Add("close");
        return default;
    }

    private ValueTask<MilterReply> Tell(string what)
    {
        told.Add(what);
        return new(MilterReply.Continue);
    }
}
