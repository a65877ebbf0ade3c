using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Guard.Host.Intake.Milter;

/// <summary>Writes the milter's packets.</summary>
internal static class MilterWriter
{
    public static void Write(IBufferWriter<byte> to, MilterNegotiation picked)
    {
        Head(to, 12, (byte)MilterCommand.Negotiate);
        Number(to, picked.Version);
        Number(to, picked.Actions);
        Number(to, picked.Steps);
    }

    public static void Write(IBufferWriter<byte> to, MilterReply reply)
    {
        if (reply.Text.Length == 0)
            Head(to, 0, reply.Command);
        else
            Strings(to, reply.Command, null, reply.Text);
    }

    /// <summary>Changes go before the reply, and only those that were agreed on.</summary>
    public static void Write(IBufferWriter<byte> to, MilterEnd end, MilterNegotiation agreed)
    {
        if (agreed.MayAddHeaders)
        {
            foreach (var header in end.Headers)
                Strings(to, (byte)(header.Position is null ? 'h' : 'i'), header.Position, header.Name, header.Value);
        }
        if (end.Quarantine is not null && agreed.MayQuarantine)
            Strings(to, (byte)'q', null, Sockets.ReplyText.Clean(end.Quarantine));
        Write(to, end.Reply);
    }

    private static void Strings(IBufferWriter<byte> to, byte command, int? number, params ReadOnlySpan<string> texts)
    {
        var length = number is null ? 0 : 4;
        foreach (var text in texts)
            length += text.Length + 1;
        Head(to, length, command);
        if (number is { } known)
            Number(to, (uint)known);
        foreach (var text in texts)
        {
            Encoding.ASCII.GetBytes(text, to);
            to.Write("\0"u8);
        }
    }

    private static void Head(IBufferWriter<byte> to, int length, byte command)
    {
        Number(to, (uint)length + 1);
        to.Write([command]);
    }

    private static void Number(IBufferWriter<byte> to, uint number)
    {
        BinaryPrimitives.WriteUInt32BigEndian(to.GetSpan(4), number);
        to.Advance(4);
    }
}
