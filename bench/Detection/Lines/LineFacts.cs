using Guard.Messages.Places;

namespace Guard.Bench.Detection.Lines;

/// <summary>What the lines of one login or one mail say.</summary>
/// <param name="Name">The account's name in UTF-8.</param>
/// <param name="Number">Process id of the connection.</param>
/// <param name="Queue">Queue id.</param>
/// <param name="Envelope">Between whom it goes.</param>
public readonly record struct LineFacts(byte[] Name, NetworkAddress Address, int Recipients, int Number, int Queue, Envelope Envelope = default);
