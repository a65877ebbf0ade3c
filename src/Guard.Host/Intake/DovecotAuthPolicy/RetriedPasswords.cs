using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Guard.Messages.Identity;

namespace Guard.Host.Intake.DovecotAuthPolicy;

/// <summary>
/// Tells a device that goes on trying a former password from somebody who guesses: the same wrong password is no new guess. Of each hash only a mark of 16 bits
/// is kept, made with a key that this process alone has and that is never stored; after a restart the first try of an old device counts as a failure again.
/// Bounded, thread-safe.
/// </summary>
internal sealed class RetriedPasswords(TimeProvider clock, int maxAccounts = 50_000)
{
    /// <summary>Few, so that a guess is hardly ever taken for one of them: Dovecot sends 12 bits unless told otherwise.</summary>
    public const int MarksOfAccount = 4;

    /// <summary>A device that was off for longer counts as new.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromDays(7);

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly Lock _gate = new();
    private readonly Dictionary<UserId, LinkedListNode<Account>> _accounts = [];
    private readonly LinkedList<Account> _latest = new();

    /// <summary>Notes a wrong password; true when it was wrong for this account before.</summary>
    public bool Note(UserId user, PasswordHash hash)
    {
        if (hash.IsNone)
            return false;
        var mark = MarkOf(user, hash);
        var now = clock.GetUtcNow();
        lock (_gate)
        {
            var marks = MarksOf(user);
            marks.RemoveAll(one => now - one.Seen > Memory);
            var known = marks.FindIndex(one => one.Value == mark);
            if (known >= 0)
            {
                marks[known] = new Mark(mark, marks[known].Times + 1, now);
                return true;
            }
            // Guesses push each other out, not the device that comes again and again.
            if (marks.Count == MarksOfAccount)
                marks.Remove(marks.MinBy(one => (one.Times, one.Seen)));
            marks.Add(new Mark(mark, 1, now));
            return false;
        }
    }

    /// <summary>Tells one wrong password of an account from another, within the life of this process; never 0 where there is a hash.</summary>
    public uint MarkFor(UserId user, PasswordHash hash) => hash.IsNone ? 0 : Math.Max(1, (uint)(Keyed(user, hash) >> 32));

    private List<Mark> MarksOf(UserId user)
    {
        if (_accounts.TryGetValue(user, out var node))
        {
            _latest.Remove(node);
            _latest.AddLast(node);
            return node.Value.Marks;
        }
        if (_accounts.Count == maxAccounts)
        {
            _accounts.Remove(_latest.First!.Value.User);
            _latest.RemoveFirst();
        }
        var account = new Account(user, new List<Mark>(MarksOfAccount));
        _accounts.Add(user, _latest.AddLast(account));
        return account.Marks;
    }

    private ushort MarkOf(UserId user, PasswordHash hash) => (ushort)Keyed(user, hash);

    private ulong Keyed(UserId user, PasswordHash hash)
    {
        Span<byte> full = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{user.Value}\n{hash.Reveal()}"), full);
        return BinaryPrimitives.ReadUInt64LittleEndian(full);
    }

    private sealed record Account(UserId User, List<Mark> Marks);

    private readonly record struct Mark(ushort Value, int Times, DateTimeOffset Seen);
}
