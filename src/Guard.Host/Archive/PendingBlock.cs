using Google.Protobuf;
using Guard.Actors.Behaviour;
using Guard.Actors.Serialization;
using Guard.Actors.Users;
using Guard.Messages.Identity;
using Guard.Messages.Users;
using Guard.Messages.Wire;

namespace Guard.Host.Archive;

/// <summary>What an item of the archive is.</summary>
internal enum ArchivedKind
{
    Write = 1,

    /// <summary>The first write of an account that was new then.</summary>
    FirstWrite = 2,

    /// <summary>An account as it stood after its write just before: from here on its story can be told again.</summary>
    State = 3,
}

/// <summary>Items of one site and day that wait until they are worth a block.</summary>
internal sealed class PendingBlock(SiteId site, long opened)
{
    private readonly ArchiveBodyRecord _body = new();
    private readonly HashSet<uint> _users = [];
    private long _first = long.MaxValue;
    private long _last = long.MinValue;
    private int _observations;

    /// <summary>Ticks of the stopwatch when it was begun.</summary>
    public long Opened { get; } = opened;

    /// <summary>About the bytes before compression.</summary>
    public int Size { get; private set; }

    public void Add(ArchivedKind kind, UserEventBatch batch)
    {
        foreach (var change in batch.Events)
        {
            var at = change.At.ToUnixTimeMilliseconds();
            (_first, _last) = (Math.Min(_first, at), Math.Max(_last, at));
            _observations += change is ObservationJudged ? 1 : 0;
        }
        Add(batch.User, new ArchiveItemRecord { Kind = (int)kind, Batch = ArchivedForms.Write(batch) });
    }

    public void Add(UserState state) => Add(state.User, new ArchiveItemRecord { Kind = (int)ArchivedKind.State, State = ArchivedForms.Write(state) });

    private void Add(UserId user, ArchiveItemRecord item)
    {
        _users.Add(HashOf(user));
        _body.Items.Add(item);
        Size += item.Batch.Length + item.State.Length + 8;
    }

    /// <summary>A block of what is left of another one.</summary>
    public static byte[] Of(ArchiveHeaderRecord before, ArchiveBodyRecord kept)
    {
        var block = new PendingBlock(new SiteId(before.Site), 0);
        foreach (var item in kept.Items)
        {
            if (item.Batch.IsEmpty)
                block.Add(ArchiveErasure.UserOf(item) ?? default, item);
            else
                block.Add((ArchivedKind)item.Kind, ArchivedForms.ReadBatch(item.Batch));
        }
        return block.ToBlock();
    }

    public byte[] ToBlock()
    {
        var header = new ArchiveHeaderRecord
        {
            Site = site.Value,
            First = _first,
            Last = _last,
            Observations = _observations,
        };
        header.Users.Add(_users.Order());
        return ArchiveBlock.Write(header, _body.ToByteArray());
    }

    public static uint HashOf(UserId user) => (uint)StableHash.Of(user.Value);
}
