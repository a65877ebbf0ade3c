namespace Guard.Host.Intake.Files;

/// <summary>How far a followed log was taken in.</summary>
/// <param name="Generation">Counts the files that had this name.</param>
/// <param name="Offset">The first byte not taken in; a line starts there.</param>
/// <param name="ParserState">What the parser carries from line to line.</param>
public sealed record FollowCheckpoint(string Path, uint Generation, long Offset, FileFingerprint Fingerprint, byte[] ParserState);
