namespace Guard.Host.Configuration;

/// <summary>By which name a daemon knows an account.</summary>
public enum LoginNames : byte
{
    /// <summary>By every name under which the guard takes a login for this account.</summary>
    Auto = 0,

    /// <summary><c>info@example.com</c></summary>
    Full = 1,

    /// <summary><c>info</c></summary>
    Local = 2,
}
