using Guard.Actors.Users;
using Guard.Host.Archive;
using Guard.Messages.Identity;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>Hears what this node's entities journaled and puts it where the writers take it from. It never waits for a database or a file.</summary>
/// <param name="archive">Where observations go too; null when none is kept.</param>
internal sealed class RecordsFeed(ArchiveIntake? archive) : IEntityObserver
{
    private readonly Lock _noting = new();
    private RecordsBuffer _buffer = new();
    private TaskCompletionSource _came = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _closed;

    public ArchiveIntake? Archive => archive;

    /// <summary>Nobody takes anything out: nothing is kept any more.</summary>
    public void Close()
    {
        _closed = true;
        archive?.Complete();
    }

    /// <summary>Completes when there is something to take out.</summary>
    public Task Came
    {
        get
        {
            lock (_noting)
                return _came.Task;
        }
    }

    /// <summary>Takes out what came together.</summary>
    public RecordsBuffer Take()
    {
        lock (_noting)
        {
            var taken = _buffer;
            _buffer = new RecordsBuffer();
            if (_came.Task.IsCompleted)
                _came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return taken;
        }
    }

    public void Journaled(SiteId site, UserEventBatch batch, long number, UserState state, TimeSpan took)
    {
        if (_closed)
            return;
        archive?.Offer(site, batch, state);
        lock (_noting)
        {
            _buffer.Note(site, batch, number, state);
            _came.TrySetResult();
        }
    }

    public void Journaled(SiteEvent change) { }

    public void Awake(EntityKind kind) { }

    public void Asleep(EntityKind kind) { }

    public void JournalFailed(EntityKind kind) { }
}
