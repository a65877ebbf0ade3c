using System.Net;
using Guard.Host.Intake.Logs;

namespace Guard.Host.Intake.Syslog;

/// <summary>
/// The machines that log to the guard, each with its parser. Addresses of datagrams can be made up: newcomers share a small part of the room, in which they
/// push out each other; who goes on speaking after a minute has a place that no newcomer takes. Bounded, thread-safe.
/// </summary>
internal sealed class SyslogSenders(Func<IPAddress, LogParser> parsers, TimeProvider time, int maxKnown = 4096, int maxNew = 512)
{
    /// <summary>A made-up address seldom comes twice, and not over so long.</summary>
    private static readonly TimeSpan KnownAfter = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _known = new();
    private readonly LinkedList<Entry> _new = new();

    public int Count
    {
        get
        {
            lock (_gate)
                return _entries.Count;
        }
    }

    /// <param name="isProven">It could not be made up: a connection stands.</param>
    public SyslogSender Of(IPAddress address, bool isProven)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (!_entries.TryGetValue(address, out var node))
                _entries[address] = node = new LinkedListNode<Entry>(new Entry(address, new SyslogSender(parsers(address)), now));
            else
                node.List!.Remove(node);
            var known = isProven || node.Value.IsKnown || now - node.Value.First >= KnownAfter;
            node.Value = node.Value with { IsKnown = known };
            Add(known ? _known : _new, node, known ? maxKnown : maxNew);
            return node.Value.Sender;
        }
    }

    private void Add(LinkedList<Entry> list, LinkedListNode<Entry> node, int max)
    {
        if (list.Count >= max)
        {
            _entries.Remove(list.First!.Value.Address);
            list.RemoveFirst();
        }
        list.AddLast(node);
    }

    private sealed record Entry(IPAddress Address, SyslogSender Sender, DateTimeOffset First)
    {
        public bool IsKnown { get; init; }
    }
}
