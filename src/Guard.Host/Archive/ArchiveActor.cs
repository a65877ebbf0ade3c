using System.Collections.Immutable;
using Akka.Actor;
using Guard.Messages.Identity;
using Guard.Messages.Inspection;

namespace Guard.Host.Archive;

/// <summary>Gives other nodes blocks of this one's archive: an account leaves its story where it lived.</summary>
internal sealed class ArchiveActor : ReceiveActor
{
    /// <summary>Its name under <c>/user</c>, the same on every node.</summary>
    public const string Name = "archive";

    /// <summary>A message begins no further block when it has so many bytes.</summary>
    private const int EnoughBytes = 512 * 1024;

    /// <summary>Remoting cuts a connection over larger messages; no block that is written is near it.</summary>
    private const int MaxBytes = 3_500_000;

    /// <param name="archive">Null when none is kept.</param>
    public ArchiveActor(ArchiveReader? archive) =>
        Receive<ArchiveAsk>(ask =>
        {
            var asker = Sender;
            // Disk is read beside the actor.
            Task.Run(() => archive is null ? new ArchivePart([], ask.Day, 0, true) : Read(archive, ask))
                .PipeTo(asker, Self, failure: failure => new Status.Failure(failure));
        });

    public static Props Props(ArchiveReader? archive) => Akka.Actor.Props.Create(() => new ArchiveActor(archive));

    private static ArchivePart Read(ArchiveReader archive, ArchiveAsk ask)
    {
        SiteId? site = ask.Site.Length == 0 ? null : new SiteId(ask.Site);
        UserId? user = ask.User.Length == 0 ? null : new UserId(ask.User);
        if (ask.Position == 0)
            archive.Flush(site);
        var pieces = ImmutableArray.CreateBuilder<ArchivePiece>();
        var size = 0L;
        foreach (var day in archive.Days.Where(day => day.DayNumber >= ask.Day))
        {
            using var blocks = new MemoryStream();
            foreach (var (block, next) in archive.Blocks(day, day.DayNumber == ask.Day ? ask.Position : 0, site, user))
            {
                if (block.Length <= MaxBytes)
                    blocks.Write(block);
                if (size + blocks.Length < EnoughBytes)
                    continue;
                pieces.Add(new ArchivePiece(day.DayNumber, blocks.ToArray()));
                return new ArchivePart(pieces.ToImmutable(), day.DayNumber, next, false);
            }
            if (blocks.Length > 0)
                pieces.Add(new ArchivePiece(day.DayNumber, blocks.ToArray()));
            size += blocks.Length;
        }
        return new ArchivePart(pieces.ToImmutable(), ask.Day, ask.Position, true);
    }
}
