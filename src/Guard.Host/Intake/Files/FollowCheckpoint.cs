namespace Guard.Host.Intake.Files;

/// <summary>How far a followed log was taken in.</summary>
/// <param name="Generation">Counts the files that had this name.</param>
/// <param name="Offset">The first byte not taken in; a line starts there.</param>
/// <param name="Fingerprint">Of the file's beginning, as far as it was taken in.</param>
/// <param name="ParserState">What the parser carries from line to line.</param>
public sealed record FollowCheckpoint(string Path, uint Generation, long Offset, FileFingerprint Fingerprint, byte[] ParserState)
{
    /// <summary>
    /// Of what stands before the offset: a beginning that all files of this name share does not mistake one for another. Length 0: not known.
    /// </summary>
    public FileFingerprint Tail { get; init; }

    /// <summary>Recognises a file of which nothing was taken in. All zero: not known.</summary>
    public FileIdentity Identity { get; init; }

    /// <summary>Of systemd's journal: the entry that was taken in last, as journald names it; empty for a file.</summary>
    public string Cursor { get; init; } = "";

    /// <summary>How far the journal was when this was stored (the highest ordering of its rows); 0: not known.</summary>
    public long JournalHead { get; init; }
}
