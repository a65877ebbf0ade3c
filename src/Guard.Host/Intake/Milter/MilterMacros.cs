namespace Guard.Host.Intake.Milter;

/// <summary>
/// The macros of a session: each command's own, set anew before it. Those of the connection last as long as it, those from MAIL on as long as the
/// message. Names as sent: <c>j</c>, <c>i</c>, <c>{auth_authen}</c>.
/// </summary>
public sealed class MilterMacros
{
    private const int MaxStrings = 200;

    /// <summary>In the order of the session; later ones are looked at first.</summary>
    private static readonly MilterCommand[] Stages =
    [
        MilterCommand.Connect,
        MilterCommand.Helo,
        MilterCommand.Mail,
        MilterCommand.Recipient,
        MilterCommand.Data,
        MilterCommand.EndOfHeaders,
        MilterCommand.EndOfMessage,
    ];

    private static readonly int FirstOfMessage = Array.IndexOf(Stages, MilterCommand.Mail);

    private readonly Dictionary<string, string>?[] _values = new Dictionary<string, string>?[Stages.Length];

    /// <summary>The value, or empty when it was not sent.</summary>
    public string this[string name]
    {
        get
        {
            for (var i = _values.Length - 1; i >= 0; i--)
            {
                if (_values[i] is { } stage && stage.TryGetValue(name, out var value))
                    return value;
            }
            return "";
        }
    }

    /// <summary>The login name; empty when the client did not log in. Sendmail's has no realm.</summary>
    public string Login => this["{auth_authen}"];

    public string LoginMethod => this["{auth_type}"];

    /// <summary>Postfix has none before the second recipient.</summary>
    public string QueueId => this["i"];

    public string ServerName => this["j"];

    public string SenderAddress => this["{mail_addr}"];

    public string RecipientAddress => this["{rcpt_addr}"];

    internal void Set(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
            throw new MilterProtocolException("macros for no command");
        var strings = MilterStrings.TakeAll(data[1..], MaxStrings);
        if (strings.Count % 2 != 0)
            throw new MilterProtocolException("a macro without a value");
        var stage = Array.IndexOf(Stages, (MilterCommand)data[0]);
        // Of headers, bodies and commands that nobody here wants.
        if (stage < 0)
            return;
        var values = new Dictionary<string, string>(strings.Count / 2, StringComparer.Ordinal);
        for (var i = 0; i < strings.Count; i += 2)
            values[Braced(strings[i])] = strings[i + 1];
        _values[stage] = values;
    }

    internal void ForgetMessage() => Array.Clear(_values, FirstOfMessage, _values.Length - FirstOfMessage);

    internal void ForgetAll() => Array.Clear(_values);

    /// <summary>Some servers leave the braces of long names away.</summary>
    private static string Braced(string name) => name.Length < 2 || name[0] == '{' ? name : "{" + name + "}";
}
