using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Guard.Host.Intake.Logs.Envelopes;

/// <summary>Which kind of object a line of JSON is.</summary>
internal enum JsonForm
{
    /// <summary>journald: <c>MESSAGE</c> and <c>__REALTIME_TIMESTAMP</c> (systemd.journal-fields(7)).</summary>
    Journal,

    /// <summary>Docker's json-file: <c>log</c>, <c>stream</c>, <c>time</c>.</summary>
    Docker,

    /// <summary>Nextcloud and ownCloud: <c>reqId</c>, <c>app</c>, <c>time</c>, <c>message</c>.</summary>
    Nextcloud,
}

/// <summary>Takes the text out of lines that are JSON objects. The text is unescaped into a buffer that the next line uses again.</summary>
internal sealed class JsonLine
{
    private byte[] _text = new byte[4096];
    private int _used;
    private Range _message,
        _identifier,
        _command,
        _container;
    private bool _hasMessage,
        _hasStamp,
        _hasStream,
        _hasLog,
        _hasRequest,
        _hasApp;
    private int _syslogPid,
        _pid;

    public JsonForm Form { get; private set; }

    public DateTimeOffset At { get; private set; }

    public ReadOnlySpan<byte> Message => _text.AsSpan(_message);

    /// <summary>The syslog tag, or the command's name.</summary>
    public ReadOnlySpan<byte> Program => _identifier.Equals(default) ? _text.AsSpan(_command) : _text.AsSpan(_identifier);

    /// <summary>The container that wrote it, as Docker's journald driver tells, and json-file where it was asked to; empty: nobody says.</summary>
    public ReadOnlySpan<byte> Container => _text.AsSpan(_container);

    public int Pid => _syslogPid > 0 ? _syslogPid : _pid;

    public bool TryRead(ReadOnlySpan<byte> line)
    {
        (_used, _message, _identifier, _command, _container) = (0, default, default, default, default);
        (_hasMessage, _hasStamp, _hasStream, _hasLog, _hasRequest, _hasApp) = (false, false, false, false, false, false);
        (_syslogPid, _pid) = (0, 0);
        // Unescaped text is never longer.
        if (_text.Length < line.Length)
            _text = new byte[line.Length * 2];
        try
        {
            var reader = new Utf8JsonReader(line);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                Take(ref reader);
            if (reader.Read())
                return false;
        }
        catch (Exception damaged) when (damaged is JsonException or InvalidOperationException or FormatException)
        {
            return false;
        }
        Form =
            _hasRequest ? JsonForm.Nextcloud
            : _hasLog ? JsonForm.Docker
            : JsonForm.Journal;
        return _hasStamp
            && Form switch
            {
                JsonForm.Nextcloud => _hasApp && _hasMessage,
                JsonForm.Docker => _hasStream,
                _ => _hasMessage,
            };
    }

    /// <summary>The first of equal names counts: what a daemon said is inside one value and cannot begin another.</summary>
    private void Take(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("MESSAGE"u8) || reader.ValueTextEquals("message"u8))
            TakeMessage(ref reader);
        else if (reader.ValueTextEquals("__REALTIME_TIMESTAMP"u8))
            Microseconds(ref reader);
        else if (reader.ValueTextEquals("SYSLOG_IDENTIFIER"u8))
            Copy(ref reader, ref _identifier);
        else if (reader.ValueTextEquals("_COMM"u8))
            Copy(ref reader, ref _command);
        else if (reader.ValueTextEquals("CONTAINER_NAME"u8))
            Copy(ref reader, ref _container);
        else if (reader.ValueTextEquals("attrs"u8))
            Attributes(ref reader);
        else if (reader.ValueTextEquals("SYSLOG_PID"u8))
            Number(ref reader, ref _syslogPid);
        else if (reader.ValueTextEquals("_PID"u8))
            Number(ref reader, ref _pid);
        else if (reader.ValueTextEquals("log"u8))
            _hasLog = Copy(ref reader, ref _message);
        else if (reader.ValueTextEquals("stream"u8))
            _hasStream = Skip(ref reader);
        else if (reader.ValueTextEquals("time"u8))
            Time(ref reader);
        else if (reader.ValueTextEquals("reqId"u8))
            _hasRequest = Skip(ref reader);
        else if (reader.ValueTextEquals("app"u8))
            _hasApp = Skip(ref reader);
        else
            Skip(ref reader);
    }

    /// <summary>Docker's json-file with the option <c>tag</c>: <c>"attrs":{"tag":"mailcow-dovecot"}</c>.</summary>
    private void Attributes(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("tag"u8))
                Copy(ref reader, ref _container);
            else
                Skip(ref reader);
        }
    }

    private static bool Skip(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
        return true;
    }

    private bool Copy(ref Utf8JsonReader reader, ref Range into)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String || !into.Equals(default))
        {
            reader.Skip();
            return false;
        }
        var length = reader.CopyString(_text.AsSpan(_used));
        into = _used..(_used + length);
        _used += length;
        return true;
    }

    /// <summary>A message that is not UTF-8 comes as numbers.</summary>
    private void TakeMessage(ref Utf8JsonReader reader)
    {
        if (_hasMessage || _hasLog)
        {
            Skip(ref reader);
            return;
        }
        var before = reader;
        before.Read();
        if (before.TokenType != JsonTokenType.StartArray)
        {
            _hasMessage = Copy(ref reader, ref _message);
            return;
        }
        reader.Read();
        var start = _used;
        while (reader.Read() && reader.TokenType == JsonTokenType.Number)
            _text[_used++] = reader.GetByte();
        if (reader.TokenType != JsonTokenType.EndArray)
            throw new FormatException("a message of numbers holds something else");
        _message = start.._used;
        _hasMessage = true;
    }

    private void Microseconds(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (
            !_hasStamp
            && reader.TokenType == JsonTokenType.String
            && System.Buffers.Text.Utf8Parser.TryParse(reader.ValueSpan, out long stamp, out var used)
            && used == reader.ValueSpan.Length
            && stamp is >= 0 and <= 253_402_300_000_000_000
        )
        {
            At = DateTimeOffset.UnixEpoch.AddTicks(stamp * 10);
            _hasStamp = true;
        }
        reader.Skip();
    }

    private static void Number(ref Utf8JsonReader reader, ref int into)
    {
        reader.Read();
        if (
            reader.TokenType == JsonTokenType.String
            && System.Buffers.Text.Utf8Parser.TryParse(reader.ValueSpan, out int number, out var used)
            && used == reader.ValueSpan.Length
            && number > 0
        )
            into = number;
        reader.Skip();
    }

    /// <summary>Docker writes nanoseconds and Z; Nextcloud what its <c>logdateformat</c> says, usually ISO 8601.</summary>
    private void Time(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (!_hasStamp && reader.TokenType == JsonTokenType.String)
        {
            if (StampGrammar.TryRead(reader.ValueSpan, out var stamp) && stamp.Year > 0)
            {
                At = new DateTimeOffset(new DateTime(stamp.Year, stamp.Month, stamp.Day).Ticks + stamp.Clock, TimeSpan.Zero).AddMinutes(-stamp.Offset);
                _hasStamp = true;
            }
            else if (
                DateTimeOffset.TryParse(Encoding.UTF8.GetString(reader.ValueSpan), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            )
            {
                (At, _hasStamp) = (at.ToUniversalTime(), true);
            }
        }
        reader.Skip();
    }
}
