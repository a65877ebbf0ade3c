using Guard.Bench.Detection.World;
using Guard.Messages.Places;

namespace Guard.Bench.Detection.Lines;

/// <summary>Collects what happens, in any order within the reach of a day, and hands the lines out in order of time.</summary>
public sealed class LineQueue(ILineTarget target)
{
    /// <summary>Bits of the sort key that hold the place in the list; the rest is time, 37 bits of milliseconds are four years.</summary>
    private const int IndexBits = 26;

    /// <summary>Local days reach back behind the start of the world.</summary>
    private const long Shift = 2 * WorldClock.Day;

    private readonly LineFormatter _formatter = new();
    private List<(LineKind Kind, int Facts, int Recipient)> _lines = [];
    private List<(LineKind Kind, int Facts, int Recipient)> _spareLines = [];
    private List<LineFacts> _facts = [];
    private List<LineFacts> _spareFacts = [];
    private List<ulong> _keys = [];
    private List<ulong> _spareKeys = [];
    private int _number = 1000;
    private int _queue = 0x1000;

    public long Count { get; private set; }

    public void Login(long at, byte[] name, NetworkAddress address, bool pop3) =>
        Add(at, pop3 ? LineKind.Pop3Login : LineKind.ImapLogin, Fact(new LineFacts(name, address, 0, _number++, 0)));

    public void Failure(long at, byte[] name, NetworkAddress address, bool smtp) =>
        Add(at, smtp ? LineKind.SmtpFailure : LineKind.ImapFailure, Fact(new LineFacts(name, address, 0, _number++, 0)));

    /// <summary>One connection that hands in one or several mails.</summary>
    /// <param name="unknown">Share of recipients that do not exist.</param>
    /// <param name="envelope">Between whom they go.</param>
    /// <param name="spacing">Milliseconds from mail to mail.</param>
    public void Mails(
        long at,
        byte[] name,
        NetworkAddress address,
        int mails,
        int recipients,
        double unknown,
        long spacing,
        Dice dice,
        Envelope envelope = default
    )
    {
        var number = _number++;
        var connection = Fact(new LineFacts(name, address, recipients, number, 0));
        Add(at, LineKind.SmtpConnect, connection);
        for (var i = 0; i < mails; i++)
        {
            var sent = at + 200 + i * spacing;
            var mail = Fact(new LineFacts(name, address, recipients, number, _queue++, envelope with { First = envelope.First + i * recipients }));
            Add(sent, LineKind.SmtpClient, mail);
            Add(sent + 100, LineKind.QueueActive, mail);
            var delivered = sent + 100;
            for (var r = 0; r < recipients; r++)
            {
                delivered += 20 + (r == 0 ? dice.Below(3000) : dice.Below(60));
                var fate =
                    dice.Chance(unknown) ? LineKind.UnknownRecipient
                    : envelope.Spam > 0 && dice.Chance(envelope.Spam) ? LineKind.RefusedAsSpam
                    : LineKind.Sent;
                Add(delivered, fate, mail, r);
            }
            Add(delivered + 10, LineKind.Removed, mail);
        }
        Add(at + 400 + (mails - 1) * spacing, LineKind.SmtpDisconnect, connection);
    }

    /// <summary>Hands out everything before a time; the rest waits.</summary>
    public void Flush(long until)
    {
        _keys.Sort();
        _spareLines.Clear();
        _spareFacts.Clear();
        _spareKeys.Clear();
        // Facts shared by several waiting lines stay shared.
        var moved = new Dictionary<int, int>();
        foreach (var key in _keys)
        {
            var at = (long)(key >> IndexBits) - Shift;
            var (kind, facts, recipient) = _lines[(int)(key & ((1UL << IndexBits) - 1))];
            if (at < until)
            {
                target.Line(_formatter.Format(at, kind, _facts[facts], recipient));
                Count++;
                continue;
            }
            if (!moved.TryGetValue(facts, out var to))
            {
                moved.Add(facts, to = _spareFacts.Count);
                _spareFacts.Add(_facts[facts]);
            }
            _spareKeys.Add(((ulong)(at + Shift) << IndexBits) | (uint)_spareLines.Count);
            _spareLines.Add((kind, to, recipient));
        }
        (_lines, _spareLines) = (_spareLines, _lines);
        (_facts, _spareFacts) = (_spareFacts, _facts);
        (_keys, _spareKeys) = (_spareKeys, _keys);
    }

    private int Fact(in LineFacts facts)
    {
        _facts.Add(facts);
        return _facts.Count - 1;
    }

    private void Add(long at, LineKind kind, int facts, int recipient = 0)
    {
        _keys.Add(((ulong)(at + Shift) << IndexBits) | (uint)_lines.Count);
        _lines.Add((kind, facts, recipient));
    }
}
