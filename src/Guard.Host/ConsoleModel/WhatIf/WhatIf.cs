using System.Text.Json.Nodes;
using Akka.Actor;
using Guard.Actors.Entities;
using Guard.Host.Archive;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.ConsoleModel.Policies;

namespace Guard.Host.ConsoleModel.WhatIf;

/// <summary>What a proposed policy would have done, by the archives of all nodes. One at a time on a node: it takes a core for as long as it runs.</summary>
/// <param name="archive">Null when none is kept.</param>
/// <param name="directory">Where what others have is put meanwhile.</param>
internal sealed class WhatIf(ObservationArchive? archive, PolicyBoard board, PolicyEditor editor, IGuardClock clock, ActorSystem system, string directory)
    : IWhatIf,
        IDisposable
{
    private readonly SemaphoreSlim _running = new(1);

    public async Task<WhatIfResult> RunAsync(
        AccessScope scope,
        PolicySubject subject,
        JsonObject proposed,
        IProgress<WhatIfProgress>? progress,
        CancellationToken cancel
    )
    {
        editor.DemandEdit(scope, subject);
        if (archive is null)
            throw new UnavailableException("no archive of observations is kept: archive.keep-days = 0");
        var layers = board.Layers;
        var text = proposed.ToJsonString();
        // To try out what only the administrator could set changes nothing and shows the own site alone.
        if (PolicyEditor.CheckText(layers, subject, text, whole: true) is { Sound: false, Mistakes: var mistakes })
            throw new PolicyMistakesException(mistakes);
        var after = layers.With(PolicyEditor.KeyOf(subject), text).Read().Book;
        if (!await _running.WaitAsync(TimeSpan.FromSeconds(1), cancel).ConfigureAwait(false))
            throw new UnavailableException("another what-if runs on this node; try again when it is done");
        try
        {
            var since = ArchiveFiles.DayOf(clock.Present).AddDays(-archive.Settings.Keep);
            using var others = await ArchiveOfOthers
                .GatherAsync(system, directory, subject.Site, subject.User, since, archive.Settings.WhatIfPatience, cancel)
                .ConfigureAwait(false);
            var replay = new WhatIfReplay([archive.Reader, .. others.Readers], board.Book, after, subject.Site);
            return await Task
                .Factory.StartNew(
                    () => replay.Run(subject.User, others.Silent, since, archive.Settings.WhatIfPatience, progress, cancel),
                    cancel,
                    TaskCreationOptions.LongRunning,
                    TaskScheduler.Default
                )
                .ConfigureAwait(false);
        }
        finally
        {
            _running.Release();
        }
    }

    public void Dispose() => _running.Dispose();
}
