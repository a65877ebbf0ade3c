using System.Buffers.Text;
using System.Text;
using Guard.Bench.Detection.World;
using Guard.Messages.Places;

namespace Guard.Bench.Detection.Lines;

/// <summary>Puts facts into the words of Dovecot and Postfix, as bytes and without garbage.</summary>
public sealed class LineFormatter
{
    private readonly byte[] _buffer = new byte[1024];
    private readonly byte[] _date = new byte[11];
    private int _length;
    private long _day = long.MinValue;

    public ReadOnlySpan<byte> Format(long at, LineKind kind, in LineFacts facts, int recipient = 0)
    {
        _length = 0;
        Stamp(at);
        switch (kind)
        {
            case LineKind.ImapLogin:
                Dovecot("dovecot: imap-login: Login: user=<"u8, facts);
                break;
            case LineKind.Pop3Login:
                Dovecot("dovecot: pop3-login: Login: user=<"u8, facts);
                break;
            case LineKind.ImapFailure:
                Dovecot("dovecot: imap-login: Disconnected: Connection closed (auth failed, 1 attempts in 2 secs): user=<"u8, facts);
                break;
            case LineKind.SmtpFailure:
                Process("postfix/submission/smtpd["u8, facts.Number);
                Text("warning: unknown["u8);
                Address(facts.Address);
                Text("]: SASL LOGIN authentication failed: (reason unavailable), sasl_username="u8);
                Text(facts.Name);
                break;
            case LineKind.SmtpConnect:
                Process("postfix/submission/smtpd["u8, facts.Number);
                Text("connect from unknown["u8);
                Address(facts.Address);
                Text("]"u8);
                break;
            case LineKind.SmtpClient:
                Process("postfix/submission/smtpd["u8, facts.Number);
                Queue(facts.Queue);
                Text("client=unknown["u8);
                Address(facts.Address);
                Text("], sasl_method=LOGIN, sasl_username="u8);
                Text(facts.Name);
                break;
            case LineKind.QueueActive:
                Text("postfix/qmgr[900]: "u8);
                Queue(facts.Queue);
                Text("from=<"u8);
                Text(facts.Envelope.Sender ?? facts.Name);
                Text(">, size="u8);
                Number(900 + (int)((uint)facts.Queue * 2654435761u >> 17));
                Text(", nrcpt="u8);
                Number(facts.Recipients);
                Text(" (queue active)"u8);
                break;
            case LineKind.Sent:
                Delivery(facts, recipient);
                Text("dsn=2.0.0, status=sent (250 2.0.0 Ok)"u8);
                break;
            case LineKind.UnknownRecipient:
                Delivery(facts, recipient);
                Text("dsn=5.1.1, status=bounced (host mx.remote.test[198.51.100.7] said: 550 5.1.1 User unknown (in reply to RCPT TO command))"u8);
                break;
            case LineKind.RefusedAsSpam:
                Delivery(facts, recipient);
                Text(
                    "dsn=5.7.1, status=bounced (host mx.remote.test[198.51.100.7] said: 550 5.7.1 Message rejected as spam (in reply to end of DATA command))"u8
                );
                break;
            case LineKind.Removed:
                Text("postfix/qmgr[900]: "u8);
                Queue(facts.Queue);
                Text("removed"u8);
                break;
            case LineKind.SmtpDisconnect:
                Process("postfix/submission/smtpd["u8, facts.Number);
                Text("disconnect from unknown["u8);
                Address(facts.Address);
                Text("] ehlo=2 starttls=1 auth=1 mail=1 rcpt=1 data=1 quit=1 commands=8"u8);
                break;
        }
        return _buffer.AsSpan(0, _length);
    }

    private void Dovecot(ReadOnlySpan<byte> head, in LineFacts facts)
    {
        Text(head);
        Text(facts.Name);
        Text(">, method=PLAIN, rip="u8);
        Address(facts.Address);
        Text(", lip=192.0.2.25, mpid="u8);
        Number(facts.Number);
        Text(", TLS, session=<"u8);
        Hex((uint)facts.Number * 2654435761u);
        Text("Aa>"u8);
    }

    private void Delivery(in LineFacts facts, int recipient)
    {
        Process("postfix/smtp["u8, facts.Number & 0xFFF);
        Queue(facts.Queue);
        Text("to=<"u8);
        Recipient(facts, recipient);
        Text("@remote.test>, relay=mx.remote.test[198.51.100.7]:25, delay=0.9, delays=0.1/0/0.4/0.4, "u8);
    }

    private void Recipient(in LineFacts facts, int recipient)
    {
        var envelope = facts.Envelope;
        if (envelope.Book == 0)
        {
            Text("someone"u8);
            return;
        }
        var dice = new Dice(envelope.Book, (ulong)facts.Queue, (ulong)recipient);
        var key =
            dice.Chance(envelope.Fresh) ? dice.Next()
            : envelope.Contacts == 0 ? Dice.Hash(envelope.Book, (ulong)(envelope.First + recipient))
            // A few are written to often, many seldom.
            : Dice.Hash(envelope.Book, (ulong)(Math.Pow(envelope.Contacts + 1, dice.Unit()) - 1));
        Text("r"u8);
        Hex((uint)key);
    }

    private void Process(ReadOnlySpan<byte> head, int number)
    {
        Text(head);
        Number(number);
        Text("]: "u8);
    }

    private void Queue(int queue)
    {
        Text("4Q"u8);
        Hex((uint)queue);
        Text(": "u8);
    }

    private void Stamp(long at)
    {
        var day = (long)Math.Floor(at / (double)WorldClock.Day);
        if (day != _day)
        {
            _day = day;
            Encoding.ASCII.GetBytes(WorldClock.Time(day * WorldClock.Day).ToString("yyyy-MM-dd'T'", System.Globalization.CultureInfo.InvariantCulture), _date);
        }
        Text(_date);
        var rest = (int)(at - day * WorldClock.Day);
        Two(rest / 3_600_000);
        _buffer[_length++] = (byte)':';
        Two(rest / 60_000 % 60);
        _buffer[_length++] = (byte)':';
        Two(rest / 1000 % 60);
        _buffer[_length++] = (byte)'.';
        _buffer[_length++] = (byte)('0' + rest / 100 % 10);
        Two(rest % 100);
        Text("+00:00 mail "u8);
    }

    private void Two(int number)
    {
        _buffer[_length++] = (byte)('0' + number / 10);
        _buffer[_length++] = (byte)('0' + number % 10);
    }

    private void Text(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_buffer.AsSpan(_length));
        _length += text.Length;
    }

    private void Number(int number)
    {
        Utf8Formatter.TryFormat(number, _buffer.AsSpan(_length), out var written);
        _length += written;
    }

    private void Hex(uint number)
    {
        Utf8Formatter.TryFormat(number, _buffer.AsSpan(_length), out var written, new System.Buffers.StandardFormat('X', 8));
        _length += written;
    }

    private void Address(NetworkAddress address)
    {
        if (!address.IsIPv4)
        {
            address.ToIPAddress().TryFormat(_buffer.AsSpan(_length), out var written);
            _length += written;
            return;
        }
        var bits = (uint)address.Bits;
        for (var shift = 24; shift >= 0; shift -= 8)
        {
            Number((int)(bits >> shift) & 0xFF);
            if (shift > 0)
                _buffer[_length++] = (byte)'.';
        }
    }
}
