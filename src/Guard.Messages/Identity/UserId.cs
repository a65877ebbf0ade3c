namespace Guard.Messages.Identity;

/// <summary>An account in the form <c>local@domain</c>, already mapped and case-folded at the edge.</summary>
public readonly record struct UserId(string Value)
{
    /// <summary>No account: a failure of an address alone.</summary>
    public static UserId None { get; } = new("");

    public bool IsNone => Value.Length == 0;

    /// <summary>The part before the last <c>@</c>.</summary>
    public string Local => Value.LastIndexOf('@') is var at && at >= 0 ? Value[..at] : Value;

    /// <summary>The part after the last <c>@</c>; empty when there is none.</summary>
    public string Domain => Value.LastIndexOf('@') is var at && at >= 0 ? Value[(at + 1)..] : "";

    public override string ToString() => Value;
}
