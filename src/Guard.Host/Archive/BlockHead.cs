using Guard.Messages.Wire;

namespace Guard.Host.Archive;

/// <summary>A block's header, and where the block lies in its file.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Body">Where its body begins.</param>
/// <param name="Check">The check sum that header and body should have.</param>
/// <param name="Bytes">The header as it is in the file.</param>
internal sealed record BlockHead(ArchiveHeaderRecord Header, long At, long Body, uint Check, byte[] Bytes)
{
    /// <summary>Where the next one begins. Whoever writes the block anew changes its header.</summary>
    public long End { get; } = Body + Header.Body;
}
