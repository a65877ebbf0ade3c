using System.Text;
using Guard.EndToEnd.Tests.Locks;
using Xunit;

namespace Guard.EndToEnd.Tests.Inline;

/// <summary>Sends mails over SMTP connections as submission clients do.</summary>
internal static class SubmissionSession
{
    /// <summary>
    /// For the guard's intake where it is tried what is answered, not how soon: on a busy machine an answer may take longer than the usual second, the first
    /// of a program that has just started above all, and behind it mail flows unasked.
    /// </summary>
    public const string Patient = "deadline = 30s";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task LoginAsync(LineTalk talk, string user)
    {
        await talk.Say("EHLO client.test", Cancellation);
        var login = await talk.Say("AUTH PLAIN " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"\0{user}\0secret")), Cancellation);
        Assert.StartsWith("235", login, StringComparison.Ordinal);
    }

    /// <summary>Mails of one recipient each: how many were accepted, and the last refusal.</summary>
    public static Task<(int Accepted, string Refusal)> SendAsync(LineTalk talk, string user, int mails)
    {
        var sent = 0;
        return SendAsync(talk, user, () => sent++ < mails);
    }

    /// <param name="more">Asked before each mail.</param>
    /// <param name="accepted">Called behind each mail that was.</param>
    public static async Task<(int Accepted, string Refusal)> SendAsync(LineTalk talk, string user, Func<bool> more, Action? accepted = null)
    {
        await LoginAsync(talk, user);
        var (count, refusal) = (0, "");
        while (more())
        {
            await talk.Say($"MAIL FROM:<{user}>", Cancellation);
            var answer = await talk.Say("RCPT TO:<bob@remote.test>", Cancellation);
            if (answer.StartsWith('2'))
            {
                await talk.Say("DATA", Cancellation);
                answer = await talk.Say("Subject: x\r\n\r\nx\r\n.", Cancellation);
            }
            if (answer.StartsWith('2'))
            {
                count++;
                accepted?.Invoke();
            }
            else
            {
                refusal = answer;
            }
            await talk.Say("RSET", Cancellation);
        }
        return (count, refusal);
    }

    /// <summary>
    /// Mails of several recipients, each mail's commands in one packet without waiting between them (RFC 2920): how many recipients were accepted and got
    /// their mail, and the last refusal.
    /// </summary>
    public static async Task<(int Recipients, string Refusal)> SendPipelinedAsync(LineTalk talk, string user, int mails, int recipients)
    {
        await LoginAsync(talk, user);
        var (count, refusal) = (0, "");
        for (var mail = 0; mail < mails; mail++)
        {
            var answers = await talk.SayAll(
                [$"MAIL FROM:<{user}>", .. Enumerable.Range(0, recipients).Select(number => $"RCPT TO:<bob{number}@remote.test>"), "DATA"],
                Cancellation
            );
            var taken = answers[1..^1].Count(answer => answer.StartsWith('2'));
            // DATA is refused for the want of recipients, which tells nothing.
            refusal = answers[1..^1].LastOrDefault(answer => answer[0] is '4' or '5') ?? refusal;
            if (answers[^1].StartsWith("354", StringComparison.Ordinal))
            {
                var end = await talk.Say("Subject: x\r\n\r\nx\r\n.", Cancellation);
                if (end.StartsWith('2'))
                    count += taken;
                else
                    refusal = end;
            }
            await talk.Say("RSET", Cancellation);
        }
        return (count, refusal);
    }

    /// <summary>64 sessions at once; the mails that all of them together got accepted, and one refusal.</summary>
    public static Task<(int Accepted, string Refusal)> In64SessionsAsync(Func<int, Task<LineTalk>> open, string user, int mails) =>
        InSessionsAsync(64, open, talk => SendAsync(talk, user, mails));

    public static async Task<(int Accepted, string Refusal)> InSessionsAsync(
        int count,
        Func<int, Task<LineTalk>> open,
        Func<LineTalk, Task<(int Accepted, string Refusal)>> send
    )
    {
        var sessions = await Task.WhenAll(
            Enumerable
                .Range(1, count)
                .Select(async index =>
                {
                    using var talk = await open(index);
                    return await send(talk);
                })
        );
        return (sessions.Sum(session => session.Accepted), sessions.Select(session => session.Refusal).FirstOrDefault(refusal => refusal.Length > 0) ?? "");
    }
}
