using System.Text;
using Guard.EndToEnd.Tests.Locks;
using Xunit;

namespace Guard.EndToEnd.Tests.Inline;

/// <summary>Sends mails of one recipient each over one SMTP connection.</summary>
internal static class SubmissionSession
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>How many of the mails were accepted, and the last refusal.</summary>
    public static async Task<(int Accepted, string Refusal)> SendAsync(LineTalk talk, string user, int mails)
    {
        await talk.Say("EHLO client.test", Cancellation);
        var login = await talk.Say("AUTH PLAIN " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"\0{user}\0secret")), Cancellation);
        Assert.StartsWith("235", login, StringComparison.Ordinal);
        var (accepted, refusal) = (0, "");
        for (var mail = 0; mail < mails; mail++)
        {
            await talk.Say($"MAIL FROM:<{user}>", Cancellation);
            var answer = await talk.Say("RCPT TO:<bob@remote.test>", Cancellation);
            if (answer.StartsWith('2'))
            {
                await talk.Say("DATA", Cancellation);
                answer = await talk.Say("Subject: x\r\n\r\nx\r\n.", Cancellation);
            }
            if (answer.StartsWith('2'))
                accepted++;
            else
                refusal = answer;
            await talk.Say("RSET", Cancellation);
        }
        return (accepted, refusal);
    }

    /// <summary>64 sessions at once; the mails that all of them together got accepted, and one refusal.</summary>
    public static async Task<(int Accepted, string Refusal)> In64SessionsAsync(Func<int, Task<LineTalk>> open, string user, int mails)
    {
        var sessions = await Task.WhenAll(Enumerable.Range(1, 64).Select(async index =>
        {
            using var talk = await open(index);
            return await SendAsync(talk, user, mails);
        }));
        return (sessions.Sum(session => session.Accepted), sessions.Select(session => session.Refusal).FirstOrDefault(refusal => refusal.Length > 0) ?? "");
    }
}
