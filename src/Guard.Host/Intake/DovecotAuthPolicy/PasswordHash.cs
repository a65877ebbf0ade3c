namespace Guard.Host.Intake.DovecotAuthPolicy;

/// <summary>A few bits of a salted hash of a password, as Dovecot sends them. It tells the same wrong password from another one and serves nothing else: it is
/// never written anywhere, not even by mistake.</summary>
public readonly struct PasswordHash(string text)
{
    private readonly string? _text = text;

    public bool IsNone => string.IsNullOrEmpty(_text);

    /// <summary>Only for keyed, truncated marks; see <see cref="RetriedPasswords"/>.</summary>
    internal string Reveal() => _text ?? "";

    public override string ToString() => IsNone ? "none" : "hidden";
}
