using Akka.Actor;
using Guard.Host.Archive;
using Guard.Host.Node;
using Guard.Messages.Identity;
using Guard.Messages.Inspection;

namespace Guard.Host.ConsoleModel.WhatIf;

/// <summary>What other nodes have of a site, brought here for as long as it is needed.</summary>
internal sealed class ArchiveOfOthers : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly string _directory;
    private readonly List<ArchiveReader> _readers = [];

    private ArchiveOfOthers(string directory) => _directory = directory;

    /// <summary>One for each node that had something.</summary>
    public IReadOnlyList<ArchiveReader> Readers => _readers;

    /// <summary>Nodes that did not give all they have.</summary>
    public int Silent { get; private set; }

    /// <param name="directory">Where it may be put; gone when disposed.</param>
    public static async Task<ArchiveOfOthers> GatherAsync(
        ActorSystem system,
        string directory,
        SiteId? site,
        UserId? user,
        DateOnly since,
        TimeSpan patience,
        CancellationToken cancel
    )
    {
        var others = new ArchiveOfOthers(Path.Combine(directory, Guid.NewGuid().ToString("N")));
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        enough.CancelAfter(patience);
        try
        {
            foreach (var node in OtherNodes.Of(system))
                await others
                    .AddAsync(system.ActorSelection(new RootActorPath(node) / "user" / ArchiveActor.Name), site, user, since, enough.Token, cancel)
                    .ConfigureAwait(false);
            return others;
        }
        catch
        {
            others.Dispose();
            throw;
        }
    }

    private async Task AddAsync(ActorSelection node, SiteId? site, UserId? user, DateOnly since, CancellationToken enough, CancellationToken cancel)
    {
        var files = new ArchiveFiles(Path.Combine(_directory, $"{_readers.Count + Silent}"));
        var (day, position) = (since.DayNumber, 0L);
        try
        {
            while (true)
            {
                var part = await node.Ask<ArchivePart>(new ArchiveAsk(site?.Value ?? "", user?.Value ?? "", day, position), Patience, enough)
                    .ConfigureAwait(false);
                foreach (var piece in part.Pieces)
                    files.Append(DateOnly.FromDayNumber(piece.Day), piece.Blocks.Span, checkEnd: false);
                if (part.Last)
                    break;
                (day, position) = (part.Day, part.Position);
            }
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested && failure is not IOException)
        {
            // Away, of an older version, or too slow: it is told that not everything was looked at.
            Silent++;
        }
        if (files.All().Count > 0)
            _readers.Add(new ArchiveReader(files, _ => { }));
    }

    public void Dispose()
    {
        if (Directory.Exists(_directory))
            Directory.Delete(_directory, true);
    }
}
