namespace Guard.Messages.Policies;

/// <summary>What a quota counts. Stored in keys by name: names stay.</summary>
public enum QuotaUnit : byte
{
    Recipients = 0,
    Mails = 1,

    /// <summary>Logins that succeed.</summary>
    Logins = 2,

    /// <summary>Logins that fail.</summary>
    Failures = 3,

    /// <summary>Bytes of messages.</summary>
    Bytes = 4,

    /// <summary>Logins, whether they succeed or fail.</summary>
    Attempts = 5,

    /// <summary>Different addresses (IPv6: /64) of successful logins and messages.</summary>
    Addresses = 6,

    /// <summary>Different networks (IPv4 /24, IPv6 /48) of them.</summary>
    Networks = 7,

    /// <summary>Different countries of them.</summary>
    Countries = 8,

    /// <summary>Different wrong passwords, where whoever reports a login tells a hash of them.</summary>
    Passwords = 9,

    /// <summary>Different names that an address or network tried.</summary>
    Accounts = 10,
}

/// <summary>Who has the amount.</summary>
public enum QuotaScope : byte
{
    /// <summary>Each user for themselves.</summary>
    User = 0,

    /// <summary>All users of a site together.</summary>
    Site = 1,

    /// <summary>Each address (IPv6: /64), over all accounts.</summary>
    Address = 2,

    /// <summary>Each network (IPv4: /24, IPv6: /64), over all accounts.</summary>
    Network = 3,
}

/// <summary>How a policy sees a place. <see cref="Any"/> and <see cref="Elsewhere"/> stand only in a quota's <c>when</c>.</summary>
public enum PlaceClass : byte
{
    Any = 0,
    Usual = 1,
    Neutral = 2,
    Suspicious = 3,

    /// <summary>Wherever it is not usual: neutral and suspicious places together, in one count.</summary>
    Elsewhere = 4,
}

/// <summary>An amount per sliding window. A quota refuses by itself what exceeds it, whatever the ladder does besides.</summary>
/// <param name="Per">Length of the window, 1 second (of logins) or 1 minute (of mail) to 31 days.</param>
/// <param name="Unit">What is counted.</param>
/// <param name="Limit">The most that may fall into any window, at least 0.</param>
/// <param name="When">Counts only what comes from places of this class.</param>
/// <param name="Alarm">Reports each time it is exceeded, even when the ladder would stay silent.</param>
/// <param name="Of">Who has the amount.</param>
public sealed record Quota(TimeSpan Per, QuotaUnit Unit, long Limit, PlaceClass When = PlaceClass.Any, bool Alarm = false, QuotaScope Of = QuotaScope.User)
{
    /// <summary>The rung that exceeding it leads to; null: the policy's own for quotas.</summary>
    public Rung? Then { get; init; }

    /// <summary>What whoever exceeds it is told; empty: the usual words.</summary>
    public string Text { get; init; } = "";

    /// <summary>Of failures: the same wrong password again counts too.</summary>
    public bool Repeats { get; init; }

    /// <summary>Different things are counted, each once.</summary>
    public bool IsDistinct => Unit is QuotaUnit.Addresses or QuotaUnit.Networks or QuotaUnit.Countries or QuotaUnit.Passwords or QuotaUnit.Accounts;

    /// <summary>Strangers can use it up: it never reacts against an account, and its owner's own places stay open.</summary>
    public bool IsOfStrangers => Unit is QuotaUnit.Failures or QuotaUnit.Attempts or QuotaUnit.Passwords;
}
