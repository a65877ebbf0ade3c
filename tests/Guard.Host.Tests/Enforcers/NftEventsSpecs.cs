using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Guard.Host.Enforcement.Nftables;
using Xunit;

namespace Guard.Host.Tests.Enforcers;

/// <summary>What the kernel tells of changes to nftables, in the layout of linux/netfilter/nfnetlink.h.</summary>
public sealed class NftEventsSpecs
{
    private const byte NewTable = 0;
    private const byte DeleteTable = 2;
    private const byte DeleteRule = 8;
    private const byte NewElement = 12;
    private const byte DeleteElement = 14;
    private const byte NewGeneration = 15;
    private const byte Inet = 1;
    private const byte Ip = 2;

    private static NftChange? Read(params byte[][] messages) => new NftEvents("accountguard").Read([.. messages.SelectMany(message => message)]);

    [Fact]
    public void A_table_that_goes_is_told_at_the_end_of_the_transaction_with_the_program() =>
        Assert.Equal(
            new NftChange(true, "nft", 258),
            Read(
                Message(DeleteRule, Inet, "accountguard"),
                Message(DeleteTable, Inet, "accountguard"),
                Message(DeleteTable, Inet, "f2b-table"),
                Generation("nft")
            )
        );

    [Fact]
    public void Rules_or_addresses_that_go_are_a_change()
    {
        Assert.Equal(new NftChange(false, "firewalld", 258), Read(Message(DeleteRule, Inet, "accountguard"), Generation("firewalld")));
        Assert.Equal(new NftChange(false, "nft", 258), Read(Message(DeleteElement, Inet, "accountguard"), Generation("nft")));
    }

    [Fact]
    public void What_happens_to_other_tables_and_what_is_only_added_is_nothing() =>
        Assert.Null(
            Read(
                Message(DeleteTable, Inet, "f2b-table"),
                Message(DeleteTable, Ip, "accountguard"),
                Message(NewTable, Inet, "accountguard"),
                Message(NewElement, Inet, "accountguard"),
                Generation("nft")
            )
        );

    [Fact]
    public void A_transaction_may_come_in_several_datagrams_and_elements_whose_time_is_up_belong_to_none()
    {
        var events = new NftEvents("accountguard");
        Assert.Null(events.Read(Message(DeleteTable, Inet, "accountguard")));
        Assert.Equal(new NftChange(true, "nft", 258), events.Read(Generation("nft")));
        Assert.Null(events.Read(Message(DeleteElement, Inet, "accountguard")));
        events.Forget();
        Assert.Null(events.Read(Generation("nft")));
    }

    [Fact]
    public void A_program_s_name_is_shown_without_what_a_terminal_obeys() =>
        Assert.Equal("n?[2Jft", Read(Message(DeleteTable, Inet, "accountguard"), Generation("n\u001b[2Jft"))!.Value.Program);

    [Fact]
    public void Junk_is_no_event_and_no_failure() =>
        Gen
            .Byte.Array[0, 200]
            .Sample(bytes =>
            {
                var events = new NftEvents("accountguard");
                events.Read(bytes);
                // Also behind a sound header.
                var message = Message(DeleteTable, Inet, "accountguard");
                bytes.AsSpan(0, Math.Min(bytes.Length, message.Length - 20)).CopyTo(message.AsSpan(20));
                events.Read(message);
            });

    private static byte[] Generation(string program) =>
        Message(NewGeneration, 0, Attribute(1, [0, 0, 0, 7]), Attribute(2, [0, 0, 1, 2]), Attribute(3, Encoding.UTF8.GetBytes(program + "\0")));

    private static byte[] Message(byte type, byte family, string table) =>
        Message(type, family, Attribute(1, Encoding.UTF8.GetBytes(table + "\0")), Attribute(2, [0, 0, 0, 1]));

    private static byte[] Message(byte type, byte family, params byte[][] attributes)
    {
        byte[] body = [family, 0, 0, 0, .. attributes.SelectMany(attribute => attribute)];
        var message = new byte[16 + body.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(message, (uint)message.Length);
        (message[4], message[5]) = (type, 10);
        body.CopyTo(message, 16);
        return message;
    }

    private static byte[] Attribute(ushort type, byte[] value)
    {
        var attribute = new byte[(4 + value.Length + 3) & ~3];
        BinaryPrimitives.WriteUInt16LittleEndian(attribute, (ushort)(4 + value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(attribute.AsSpan(2), type);
        value.CopyTo(attribute, 4);
        return attribute;
    }
}
