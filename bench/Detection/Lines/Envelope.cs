namespace Guard.Bench.Detection.Lines;

/// <summary>Between whom a mail goes.</summary>
/// <param name="Sender">Envelope sender when it is not the account's own address.</param>
/// <param name="Book">Whose list of recipients it is; 0 for one and the same address.</param>
/// <param name="Contacts">Size of the list, the first the most frequent; 0 for a list that is gone through from its beginning.</param>
/// <param name="Fresh">Share of recipients who were never written to.</param>
/// <param name="First">Where in a list that is gone through this mail begins.</param>
/// <param name="Spam">Share of recipients whose server refuses it as spam.</param>
public readonly record struct Envelope(byte[]? Sender = null, ulong Book = 0, int Contacts = 0, double Fresh = 0, int First = 0, double Spam = 0);
