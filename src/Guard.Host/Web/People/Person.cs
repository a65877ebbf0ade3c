using Microsoft.AspNetCore.Identity;

namespace Guard.Host.Web.People;

/// <summary>What somebody is to the console.</summary>
public enum PersonRole
{
    /// <summary>Sees everything and changes nothing.</summary>
    ReadOnly = 0,

    /// <summary>Sees the own accounts, and says "that was me" or "that was not me".</summary>
    AccountOwner = 1,

    /// <summary>Sees and rules the own sites.</summary>
    SiteOwner = 2,

    /// <summary>Everything, people included.</summary>
    ServerAdmin = 3,
}

/// <summary>Somebody who may sign in.</summary>
public sealed class Person : IdentityUser
{
    public PersonRole Role { get; set; }

    /// <summary>Of a <see cref="PersonRole.SiteOwner"/>.</summary>
    public List<string> Sites { get; set; } = [];

    /// <summary>Of an <see cref="PersonRole.AccountOwner"/>.</summary>
    public List<string> Accounts { get; set; } = [];

    public DateTimeOffset Created { get; set; }

    public DateTimeOffset? LastSignIn { get; set; }

    /// <summary>May not sign in any more; kept for the audit.</summary>
    public bool Disabled { get; set; }
}
