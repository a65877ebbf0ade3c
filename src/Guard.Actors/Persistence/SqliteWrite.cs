using System.Diagnostics;

namespace Guard.Actors.Persistence;

/// <summary>One thing to be written, all of it or nothing, within the group's transaction.</summary>
internal abstract class SqliteWrite
{
    public long Since { get; } = Stopwatch.GetTimestamp();

    /// <summary>Nobody waits for an answer until it is written.</summary>
    public virtual bool CanWait => false;

    /// <summary>About how much it writes, bytes.</summary>
    public virtual int Bytes => 0;

    /// <summary>May run twice: when a write of its group fails, the others are made again.</summary>
    public abstract void Run(SqliteCommands commands);

    /// <summary>It is committed, or it is not and never will be.</summary>
    /// <param name="failure">Null when committed.</param>
    public abstract void Done(Exception? failure);
}

/// <summary>A write behind the journal's: a snapshot, or what goes with one.</summary>
internal sealed class AwaitedWrite(Action<SqliteCommands> run, int bytes) : SqliteWrite
{
    private readonly TaskCompletionSource<Exception?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when committed: null, or why it was not.</summary>
    public Task<Exception?> Outcome => _done.Task;

    public override bool CanWait => true;

    public override int Bytes => bytes;

    public override void Run(SqliteCommands commands) => run(commands);

    public override void Done(Exception? failure) => _done.TrySetResult(failure);
}
