using System.Diagnostics;
using Guard.Actors.Entities;
using Guard.Host.Configuration;
using Guard.Host.Platform;
using Guard.Messages.Identity;
using Guard.Messages.Users;
using Serilog;

namespace Guard.Host.Archive;

/// <summary>
/// Writes what accounts did into a file a day, in the background: blocks of one site each, when they are large enough or old enough. A crash loses at most the
/// last two minutes, which the journal still has; time lines and what-ifs are all that is made from it.
/// </summary>
internal sealed class ObservationArchive : IAsyncDisposable
{
    private const int WorthBlock = 64 * 1024;
    private const int MaxPending = 64 * 1024 * 1024;
    private const int MaxKnown = 200_000;
    private static readonly TimeSpan OldestPending = TimeSpan.FromMinutes(2);

    /// <summary>How often to look at what grew old while nothing came.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>How long writes come together before they are taken in: woken for each of them, this thread would cost the entities more than it
    /// does.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan BoundEvery = TimeSpan.FromMinutes(10);

    private readonly Lock _writing = new();
    private readonly Dictionary<(SiteId Site, DateOnly Day), PendingBlock> _pending = [];
    private readonly HashSet<DateOnly> _checked = [];
    private readonly HashSet<UserId> _known = [];
    private readonly ArchivedUsers _users = new();
    private readonly ArchiveIntake _intake;
    private readonly ArchiveSettings _settings;
    private readonly ArchiveFiles _files;
    private readonly IGuardClock _clock;
    private readonly ILogger _log;
    private Task _running = Task.CompletedTask;
    private long _knownWeek;
    private long _bounded;
    private long _usersAsked;

    public ObservationArchive(string directory, ArchiveSettings settings, ArchiveIntake intake, IGuardClock clock, ILogger log)
    {
        (_settings, _intake, _clock, _log) = (settings, intake, clock, log);
        _files = new ArchiveFiles(directory);
        Reader = new ArchiveReader(_files, Flush);
    }

    public ArchiveReader Reader { get; }

    /// <summary>Where writes are left for it.</summary>
    public ArchiveIntake Intake => _intake;

    public ArchiveSettings Settings => _settings;

    /// <summary>Bytes on disk when they were last looked at.</summary>
    public long Bytes { get; private set; }

    /// <summary>Writes that are in no file, since there was no room or they came too fast.</summary>
    public long Left => _intake.Left + Interlocked.Read(ref _leftHere);

    private long _leftHere;

    public string Trouble { get; private set; } = "";

    /// <summary>Its directory is there before anything is read, so that a back-up of the first minute has it too.</summary>
    public void Start()
    {
        try
        {
            _files.Make();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The first block tries again.
            Complain(failure);
        }
        _running = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private void Complain(Exception failure)
    {
        if (Trouble != failure.Message)
            _log.Error("The archive of observations could not be written: {Reason:l}", failure.Message);
        Trouble = failure.Message;
    }

    private void Run()
    {
        while (true)
        {
            using var pause = new CancellationTokenSource(Pause);
            try
            {
                if (!OwnThread.Await(_intake.Reader.WaitToReadAsync(pause.Token)))
                    break;
            }
            catch (OperationCanceledException)
            {
                // Nothing came: time to look at what waits.
            }
            lock (_writing)
            {
                while (_intake.Reader.TryRead(out var write))
                    Take(write);
                WriteDue(all: false, null);
            }
            Bound();
            OwnThread.Sleep(Gathering);
        }
        lock (_writing)
            WriteDue(all: true, null);
    }

    private void Take(ArchivedWrite write)
    {
        if (_settings.MaxBytes < Bytes && _files.All().Count <= 1)
        {
            Interlocked.Increment(ref _leftHere);
            return;
        }
        var day = ArchiveFiles.DayOf(write.Batch.Events[^1].At);
        var week = day.DayNumber / 7;
        if (week != _knownWeek || _known.Count >= MaxKnown)
        {
            // Every week each account's state is written down again, so that a story that begins there needs nothing older.
            _known.Clear();
            _knownWeek = week;
        }
        if (!_pending.TryGetValue((write.Site, day), out var block))
            _pending[(write.Site, day)] = block = new PendingBlock(write.Site, Stopwatch.GetTimestamp());
        if (!_known.Add(write.Batch.User))
        {
            block.Add(ArchivedKind.Write, write.Batch);
            return;
        }
        var isNew = write.Batch.Events.OfType<ObservationJudged>().FirstOrDefault() is { } first && first.At.ToUnixTimeMilliseconds() <= write.State.FirstSeen;
        block.Add(isNew ? ArchivedKind.FirstWrite : ArchivedKind.Write, write.Batch);
        if (!isNew)
            block.Add(write.State);
    }

    /// <summary>What was taken in so far of a site can be read after this.</summary>
    private void Flush(SiteId? site)
    {
        lock (_writing)
        {
            while (_intake.Reader.TryRead(out var write))
                Take(write);
            WriteDue(all: site is null, site);
        }
    }

    /// <summary>Takes an account out of all files, and of what waits.</summary>
    /// <returns>How many items there were.</returns>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public long Forget(UserId user)
    {
        lock (_writing)
        {
            while (_intake.Reader.TryRead(out var write))
                Take(write);
            WriteDue(all: true, null);
            _known.Remove(user);
            _usersAsked = Stopwatch.GetTimestamp();
            return _files.All().Sum(file => Forget(file.File.FullName, user));
        }
    }

    private long Forget(string path, UserId user)
    {
        if (!_users.MayHold(path, PendingBlock.HashOf(user)))
            return 0;
        if (ArchiveErasure.Erase(path, user) is not { } erased)
            return 0;
        _users.Rewritten(path);
        return erased;
    }

    private void WriteDue(bool all, SiteId? site)
    {
        all = all || _pending.Values.Sum(block => (long)block.Size) > MaxPending;
        foreach (var (key, block) in _pending.ToArray())
        {
            if (!all && key.Site != site && block.Size < WorthBlock && Stopwatch.GetElapsedTime(block.Opened) < OldestPending)
                continue;
            _pending.Remove(key);
            try
            {
                _files.Append(key.Day, block.ToBlock(), _checked.Add(key.Day));
                Trouble = "";
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                _checked.Remove(key.Day);
                Interlocked.Increment(ref _leftHere);
                Complain(failure);
            }
        }
    }

    private void Bound()
    {
        if (_bounded != 0 && Stopwatch.GetElapsedTime(_bounded) < BoundEvery)
            return;
        _bounded = Stopwatch.GetTimestamp();
        Reader.Rest();
        lock (_writing)
        {
            // Those who are forgotten together were forgotten by now.
            if (Stopwatch.GetElapsedTime(_usersAsked) > BoundEvery)
                _users.Clear();
        }
        var now = _clock.Now;
        if (now < DateTimeOffset.UnixEpoch.AddDays(_settings.Keep))
            return;
        try
        {
            Bytes = _files.Bound(ArchiveFiles.DayOf(now).AddDays(-_settings.Keep), _settings.MaxBytes);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Trouble = failure.Message;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _intake.Complete();
        await _running.ConfigureAwait(false);
    }
}
