using Guard.Actors.Behaviour;
using Guard.Messages.Places;

namespace Guard.Host.Intake.PostfixPolicy;

/// <summary>
/// Joins the requests of one message, so that each of its recipients counts once. Postfix asks once per restriction list that names the guard, so
/// one recipient can be several identical requests; the number of recipients is only there from DATA on; and the one key from the first recipient on
/// is <c>instance</c> (SMTPD_POLICY_README). Others that speak the protocol, such as Exim's readsocket, have none: their queue id serves where it is
/// sent, and else each recipient counts by itself. Time is handed in, memory is bounded; not thread-safe.
/// </summary>
public sealed class PolicyTransactions(TimeSpan forgetAfter, int maxOpen = 100_000, int maxRecipients = 1000)
{
    private readonly Dictionary<PolicyTransactionKey, LinkedListNode<OpenMessage>> _open = [];

    /// <summary>The least recently asked about first.</summary>
    private readonly LinkedList<OpenMessage> _byAge = [];
    private readonly EndingServers _ending = new();

    /// <summary>The message that each connection asked about last.</summary>
    private readonly Dictionary<long, LinkedListNode<OpenMessage>> _byConnection = [];
    private List<ForgottenMessage> _over = [];
    private long _nameless;

    /// <summary>Who was asked about at recipients without a word of the message.</summary>
    private readonly HashSet<string> _namelessUsers = new(StringComparer.Ordinal);

    /// <summary>Messages being watched.</summary>
    public int Count => _open.Count;

    /// <summary>What a request means. Nothing is counted before <see cref="Granted"/>.</summary>
    public PolicyStep Take(PolicyRequest request, DateTimeOffset now)
    {
        if (request.SaslUsername.Length == 0)
            return default;
        var told = PolicyTransactionKey.Of(request);
        if (told is null && !AtNameless(request))
            return default;
        // Of questions that tell nothing of their message, only the recipient can be counted, and each is a new one.
        var key = told ?? new PolicyTransactionKey(request.SaslUsername, $"nameless {_nameless++}");
        return request.Stage switch
        {
            SmtpStage.Recipient => AtRecipient(Touch(key, request, now), request),
            SmtpStage.Data => AtData(Touch(key, request, now), request),
            SmtpStage.EndOfMessage => AtEnd(Touch(key, request, now), request),
            _ => default,
        };
    }

    /// <summary>Whether a question that tells nothing of its message counts: at its recipients or at its end, whichever its server asks at, not at
    /// both.</summary>
    private bool AtNameless(PolicyRequest request)
    {
        if (request.Stage != SmtpStage.Recipient)
            return !_namelessUsers.Contains(request.SaslUsername);
        if (_namelessUsers.Count >= maxOpen)
            _namelessUsers.Clear();
        _namelessUsers.Add(request.SaslUsername);
        return true;
    }

    /// <summary>The step's recipients count.</summary>
    public void Granted(PolicyStep step)
    {
        if (!_open.TryGetValue(step.Key, out var node) || step.Kind is PolicyStepKind.Nothing or PolicyStepKind.Repeat)
            return;
        var message = node.Value;
        message.Reserved = step.Total;
        message.Bytes += step.Bytes;
        message.Settled = step.Kind == PolicyStepKind.Settle;
        if (step.Recipient != 0)
            message.Remember(step.Recipient, maxRecipients);
    }

    /// <summary>
    /// The step was refused. At a recipient only that recipient is lost; behind it the whole message is: what is returned was counted and is to be
    /// given back.
    /// </summary>
    public int Refused(PolicyStep step)
    {
        if (step.Recipient != 0 || !_open.TryGetValue(step.Key, out var node) || step.Kind is PolicyStepKind.Nothing or PolicyStepKind.Repeat)
            return 0;
        Remove(node);
        return node.Value.Settled ? 0 : node.Value.Reserved;
    }

    /// <summary>The message is counted already, by what its server's log told: what was reserved for it is to be given back, and nothing more counts.</summary>
    public (int Recipients, long Bytes) CountedBefore(PolicyStep step)
    {
        if (!_open.TryGetValue(step.Key, out var node))
            return default;
        var reserved = (node.Value.Reserved, node.Value.Bytes);
        (node.Value.Reserved, node.Value.Settled) = (0, true);
        return reserved;
    }

    /// <summary>The bytes counted for a step's message.</summary>
    public long BytesOf(PolicyStep step) => _open.TryGetValue(step.Key, out var node) ? node.Value.Bytes : 0;

    /// <summary>A connection is over; the message it asked about last was broken off, if its end was to be seen.</summary>
    public void Ended(long connection)
    {
        if (_byConnection.Remove(connection, out var last))
            Finish(last);
    }

    /// <summary>Drops the messages that were broken off, those that nobody asked about for too long, and the oldest ones when there are too many.</summary>
    public IReadOnlyList<ForgottenMessage> Forget(DateTimeOffset now)
    {
        List<ForgottenMessage>? forgotten = null;
        if (_over.Count > 0)
            (forgotten, _over) = (_over, []);
        while (_byAge.First is { } oldest && (_open.Count > maxOpen || now - oldest.Value.TouchedAt >= forgetAfter))
        {
            Remove(oldest);
            if (oldest.Value.IsOwed)
                (forgotten ??= []).Add(Forgotten(oldest.Value));
        }
        return forgotten ?? (IReadOnlyList<ForgottenMessage>)[];
    }

    private static PolicyStep AtRecipient(OpenMessage message, PolicyRequest request)
    {
        var hash = HashOf(request.Recipient);
        if (message.Settled || message.Knows(hash))
            return new PolicyStep(PolicyStepKind.Repeat, message.Key, 0, message.Reserved);
        return new PolicyStep(PolicyStepKind.Reserve, message.Key, 1, message.Reserved + 1)
        {
            Recipient = hash,
            Since = message.Since,
            Bytes = message.Uncounted(request.Size),
        };
    }

    /// <summary>More were accepted than were asked about: a list that does not name the guard let them in, or the same one came twice.</summary>
    private static PolicyStep AtData(OpenMessage message, PolicyRequest request) =>
        message.Settled || request.RecipientCount <= message.Reserved
            ? new PolicyStep(PolicyStepKind.Repeat, message.Key, 0, message.Reserved)
            : new PolicyStep(PolicyStepKind.Reserve, message.Key, request.RecipientCount - message.Reserved, request.RecipientCount)
            {
                Since = message.Since,
                Bytes = message.Uncounted(request.Size),
            };

    /// <summary>Half of it depends on a secret of this process: nobody can choose recipients that pass for each other.</summary>
    private static ulong HashOf(string recipient) => ((ulong)(uint)recipient.GetHashCode(StringComparison.Ordinal) << 32) | (uint)StableHash.Of(recipient) | 1;

    private PolicyStep AtEnd(OpenMessage message, PolicyRequest request)
    {
        _ending.Add(message.Server);
        return message.Settled
            ? new PolicyStep(PolicyStepKind.Repeat, message.Key, 0, message.Reserved)
            : new PolicyStep(PolicyStepKind.Settle, message.Key, request.RecipientCount - message.Reserved, request.RecipientCount)
            {
                Since = message.Since,
                Bytes = message.Uncounted(request.Size),
            };
    }

    private OpenMessage Touch(PolicyTransactionKey key, PolicyRequest request, DateTimeOffset now)
    {
        if (_open.TryGetValue(key, out var node))
        {
            _byAge.Remove(node);
        }
        else
        {
            var server = new PolicyServerPoint(request.ServerAddress, request.ServerPort);
            node = new LinkedListNode<OpenMessage>(new OpenMessage(key, server, request.ClientAddress, now));
            _open.Add(key, node);
        }
        if (request.Connection != 0)
        {
            // Who asks about the next message on a connection is done with the one before.
            if (_byConnection.TryGetValue(request.Connection, out var last) && last != node)
                Finish(last);
            _byConnection[request.Connection] = node;
        }
        node.Value.TouchedAt = now;
        _byAge.AddLast(node);
        return node.Value;
    }

    private void Remove(LinkedListNode<OpenMessage> node)
    {
        _byAge.Remove(node);
        _open.Remove(node.Value.Key);
    }

    private void Finish(LinkedListNode<OpenMessage> node)
    {
        // A message whose end is never asked about may well have been sent.
        if (node.List is null || !node.Value.IsOwed || !_ending.Contains(node.Value.Server))
            return;
        Remove(node);
        _over.Add(Forgotten(node.Value));
    }

    private ForgottenMessage Forgotten(OpenMessage message) =>
        new(message.Key, message.Reserved, _ending.Contains(message.Server), message.Client, message.Since) { Bytes = message.Bytes };

    private sealed class OpenMessage(PolicyTransactionKey key, PolicyServerPoint server, NetworkAddress client, DateTimeOffset since)
    {
        public NetworkAddress Client => client;

        public DateTimeOffset Since => since;

        /// <summary>Something was counted for it, and it has not come to its end.</summary>
        public bool IsOwed => !Settled && Reserved > 0;

        public PolicyTransactionKey Key => key;

        public PolicyServerPoint Server => server;

        /// <summary>Nearly every message has one recipient: a set for it would be most of what a message takes.</summary>
        private ulong _first;
        private HashSet<ulong>? _others;

        public int Reserved { get; set; }

        public long Bytes { get; set; }

        public long Uncounted(long size) => Math.Max(0, size - Bytes);

        public bool Settled { get; set; }

        public DateTimeOffset TouchedAt { get; set; }

        public bool Knows(ulong recipient) => recipient == _first || _others?.Contains(recipient) == true;

        public void Remember(ulong recipient, int most)
        {
            if (_first == 0)
                _first = recipient;
            else if (recipient != _first && 1 + (_others?.Count ?? 0) < most)
                (_others ??= []).Add(recipient);
        }
    }
}
