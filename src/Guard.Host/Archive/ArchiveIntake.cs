using System.Threading.Channels;
using Guard.Actors.Users;
using Guard.Messages.Identity;
using Guard.Messages.Users;

namespace Guard.Host.Archive;

/// <summary>A write of an account on its way into the archive.</summary>
internal sealed record ArchivedWrite(SiteId Site, UserEventBatch Batch, UserState State);

/// <summary>Where entities leave their writes for the archive. When the writer cannot keep up, what comes is left out and counted; nobody is held up.</summary>
internal sealed class ArchiveIntake
{
    private const int MaxWaiting = 16_384;

    private readonly Channel<ArchivedWrite> _waiting = Channel.CreateBounded<ArchivedWrite>(
        new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true }
    );
    private long _left;

    public ChannelReader<ArchivedWrite> Reader => _waiting.Reader;

    public long Left => Interlocked.Read(ref _left);

    public void Offer(SiteId site, UserEventBatch batch, UserState state)
    {
        foreach (var change in batch.Events)
        {
            // Leases and confirmations alone are no part of an account's story.
            // What is forgotten is not written down as such either.
            if (change is not (Forgotten or SliceTaken or SliceGivenBack or EffectConfirmed or QuotasAdopted))
            {
                if (!_waiting.Writer.TryWrite(new ArchivedWrite(site, batch, state)))
                    Interlocked.Increment(ref _left);
                return;
            }
        }
    }

    public void Complete() => _waiting.Writer.TryComplete();
}
