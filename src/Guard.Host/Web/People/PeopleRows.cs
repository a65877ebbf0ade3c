using Guard.Host.ConsoleModel.Contracts;

namespace Guard.Host.Web.People;

/// <summary>A sign-in that goes on. The browser holds a random number; here is only its hash.</summary>
public sealed class PersonSession
{
    public required string Id { get; set; }

    public required string PersonId { get; set; }

    public DateTimeOffset Created { get; set; }

    public DateTimeOffset LastSeen { get; set; }

    public string Address { get; set; } = "";

    public string Browser { get; set; } = "";
}

/// <summary>A key for tools. Shown once; here is only its hash.</summary>
public sealed class ApiToken
{
    public required string Id { get; set; }

    public required string PersonId { get; set; }

    public required string Hash { get; set; }

    public required string Name { get; set; }

    /// <summary>Names of <see cref="AccessRights"/>: what it may do of what its owner may.</summary>
    public required string Rights { get; set; }

    public DateTimeOffset Created { get; set; }

    public DateTimeOffset? Expires { get; set; }

    public DateTimeOffset? LastUsed { get; set; }
}

/// <summary>What a one-time link is for.</summary>
public enum LinkKind
{
    /// <summary>Make the first server admin.</summary>
    SetUp = 0,

    /// <summary>Choose a password: a new person, or one who lost it.</summary>
    Password = 1,
}

/// <summary>A link that works once. Here is only the hash of its secret.</summary>
public sealed class OneTimeLink
{
    public required string Hash { get; set; }

    public LinkKind Kind { get; set; }

    public string? PersonId { get; set; }

    public DateTimeOffset Expires { get; set; }

    /// <summary>The node that printed it, or who asked for it; empty for those of former versions.</summary>
    public string IssuedBy { get; set; } = "";
}

/// <summary>A code of an authenticator that was used. Here is only its hash.</summary>
public sealed class UsedCode
{
    public required string Id { get; set; }

    public DateTimeOffset Until { get; set; }
}

/// <summary>A key that protects cookies and forms; shared by the nodes of a cluster through the database.</summary>
public sealed class ProtectionKey
{
    public int Id { get; set; }

    public required string Name { get; set; }

    public required string Xml { get; set; }
}
