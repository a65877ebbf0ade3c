using System.Text.Json.Nodes;
using Guard.Actors.Clustering;
using Guard.Host.PolicyLayers;
using Guard.Host.Records;
using Guard.Host.Web.Services;

namespace Guard.Host.Archive;

/// <summary>What a proposed policy would have done, by the archive. One at a time on a node: it takes a core for as long as it runs.</summary>
/// <param name="archive">Null when none is kept.</param>
internal sealed class WhatIf(ObservationArchive? archive, PolicyBoard board, PolicyEditor editor, IGuardClock clock) : IWhatIf, IDisposable
{
    private readonly SemaphoreSlim _running = new(1);

    public async Task<WhatIfResult> RunAsync(AccessScope scope, PolicySubject subject, JsonObject proposed, IProgress<WhatIfProgress>? progress, CancellationToken cancel)
    {
        editor.DemandEdit(scope, subject);
        if (archive is null)
            throw new UnavailableException("no archive of observations is kept: archive.keep-days = 0");
        var layers = board.Layers;
        var text = proposed.ToJsonString();
        if (PolicyEditor.CheckText(layers, subject, text, whole: true) is { Sound: false, Mistakes: var mistakes })
            throw new PolicyMistakesException(mistakes);
        var after = layers.With(PolicyEditor.KeyOf(subject), text).Read().Book;
        if (!await _running.WaitAsync(TimeSpan.FromSeconds(1), cancel).ConfigureAwait(false))
            throw new UnavailableException("another what-if runs on this node; try again when it is done");
        try
        {
            var replay = new WhatIfReplay(archive.Reader, board.Book, after, subject.Site);
            var since = ArchiveFiles.DayOf(RecordsTime.Of(clock)).AddDays(-archive.Settings.Keep);
            return await Task.Factory.StartNew(
                () => replay.Run(subject.User, since, archive.Settings.WhatIfPatience, progress, cancel), cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        }
        finally
        {
            _running.Release();
        }
    }

    public void Dispose() => _running.Dispose();
}
