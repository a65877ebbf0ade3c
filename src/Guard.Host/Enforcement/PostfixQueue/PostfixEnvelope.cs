namespace Guard.Host.Enforcement.PostfixQueue;

/// <summary>Who handed a mail in, as Postfix's own queue file says; a client can write neither of it.</summary>
/// <param name="Login">The name that logged in; empty without a login.</param>
/// <param name="Client">From where it came; empty when from this machine's own <c>sendmail</c> command.</param>
public sealed record PostfixEnvelope(string Id, string Login, string Client)
{
    private const string Begin = "*** ENVELOPE RECORDS ";
    private const string Content = "*** MESSAGE CONTENTS ";
    private const string End = " ***";
    private const string Attribute = "named_attribute: ";

    /// <summary>A program of this machine handed it in: a content filter, a web form, a script.</summary>
    public bool IsLocal => Client.Length == 0 || (System.Net.IPAddress.TryParse(Client, out var address) && System.Net.IPAddress.IsLoopback(address));

    /// <summary>Reads what <c>postcat -eq</c> prints of one or several mails.</summary>
    public static IReadOnlyList<PostfixEnvelope> Parse(string text)
    {
        var envelopes = new List<PostfixEnvelope>();
        string? id = null;
        string? login = null,
            client = null,
            logged = null;
        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith(Begin, StringComparison.Ordinal) && line.EndsWith(End, StringComparison.Ordinal))
            {
                Close();
                var path = line[Begin.Length..^End.Length];
                id = path[(path.LastIndexOf('/') + 1)..];
            }
            else if (line.StartsWith(Content, StringComparison.Ordinal))
            {
                Close();
            }
            else if (id is not null && line.StartsWith(Attribute, StringComparison.Ordinal) && line.IndexOf('=', StringComparison.Ordinal) is var at && at > 0)
            {
                var value = line[(at + 1)..];
                switch (line[Attribute.Length..at])
                {
                    case "sasl_username":
                        login ??= value;
                        break;
                    case "client_address":
                        client ??= value;
                        break;
                    // Where it came from before a content filter had it.
                    case "log_client_address":
                        logged ??= value;
                        break;
                }
            }
        }
        Close();
        return envelopes;

        void Close()
        {
            if (id is not null)
                envelopes.Add(new PostfixEnvelope(id, login ?? "", logged ?? client ?? ""));
            (id, login, client, logged) = (null, null, null, null);
        }
    }
}
