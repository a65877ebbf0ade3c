using System.Text.Json;
using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons.Webmail;

/// <summary>
/// Nextcloud and ownCloud: in nextcloud.log <c>"message":"Login failed: anna (Remote IP: 192.0.2.7)"</c>, in audit.log (app admin_audit)
/// <c>"message":"Login successful: \"anna\""</c>, each with <c>remoteAddr</c>, which the server takes from its trusted proxies.
/// </summary>
internal sealed class NextcloudParser : StatelessParser
{
    private const int LongestMessage = 2048;

    public override string Name => "nextcloud";

    public override bool Knows(ReadOnlySpan<byte> program) =>
        program.SequenceEqual("nextcloud"u8) || program.SequenceEqual("Nextcloud"u8) || program.SequenceEqual("ownCloud"u8);

    public override LineResult Parse(in LogLine line, ObservationSink sink)
    {
        // ownCloud by syslog: "{core} Login failed: 'anna' (Remote IP: '192.0.2.7')".
        if (line.Message.StartsWith("{core} "u8))
            return Failed(line, line.Message[7..], default, sink);
        Span<byte> buffer = stackalloc byte[LongestMessage];
        scoped ReadOnlySpan<byte> message = default;
        NetworkAddress address = default;
        var own = false;
        try
        {
            var reader = new Utf8JsonReader(line.Message);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return LineResult.Unknown;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isMessage = reader.ValueTextEquals("message"u8) && message.IsEmpty;
                var isAddress = reader.ValueTextEquals("remoteAddr"u8);
                var isApp = reader.ValueTextEquals("app"u8);
                reader.Read();
                if (reader.TokenType != JsonTokenType.String)
                {
                    reader.Skip();
                    continue;
                }
                if (isMessage && reader.ValueSpan.Length <= LongestMessage)
                    message = buffer[..reader.CopyString(buffer)];
                else if (isAddress)
                    NetworkAddress.TryParse(reader.ValueSpan, out address);
                else if (isApp)
                    own =
                        reader.ValueTextEquals("core"u8)
                        || reader.ValueTextEquals("admin_audit"u8)
                        || reader.ValueTextEquals("no app in context"u8)
                        || reader.ValueTextEquals(""u8);
            }
        }
        catch (Exception damaged) when (damaged is JsonException or InvalidOperationException)
        {
            return LineResult.Unknown;
        }
        if (!own)
            return LineResult.Nothing;
        if (ByteText.Skip(ref message, "Login successful: "u8))
            return Told(sink.Login(line.At, Unquoted(message, (byte)'"'), address, Service.Web, LoginOutcome.Succeeded));
        return Failed(line, message, address, sink);
    }

    private static LineResult Failed(in LogLine line, ReadOnlySpan<byte> message, NetworkAddress address, ObservationSink sink)
    {
        if (!ByteText.Skip(ref message, "Login failed: "u8))
            return LineResult.Nothing;
        var end = message.LastIndexOf(" (Remote IP: "u8);
        // Old versions quote both name and address, audit.log has no address and quotes the name.
        if (end < 0)
            return Told(sink.Failure(line.At, Unquoted(message, (byte)'"'), address, Service.Web, LoginOutcome.WrongPassword));
        var peer = message[(end + 13)..];
        var quoted = ByteText.Skip(ref peer, "'"u8);
        if (address.IsNone && peer.IndexOfAny((byte)'\'', (byte)')') is > 0 and var close)
            NetworkAddress.TryParse(peer[..close], out address);
        var user = quoted ? Unquoted(message[..end], (byte)'\'') : message[..end];
        return Told(sink.Failure(line.At, user, address, Service.Web, LoginOutcome.WrongPassword));
    }

    private static ReadOnlySpan<byte> Unquoted(ReadOnlySpan<byte> name, byte quote) =>
        name.Length >= 2 && name[0] == quote && name[^1] == quote ? name[1..^1] : name;
}
