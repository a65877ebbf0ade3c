using System.Collections.Immutable;
using Guard.Actors.Policies.Geography;

namespace Guard.Host.Configuration;

/// <summary>Somebody who hands in mail without a login, named by the admin: a printer, a web shop, a system user.</summary>
/// <param name="Networks">Where it connects from.</param>
/// <param name="Uids">Numbers of system users whose mail it is, as Postfix's pickup logs them.</param>
/// <param name="Users">Names of system users whose mail it is.</param>
/// <param name="Account">The account its mail is judged as; empty when it is not judged.</param>
/// <param name="Judged">Off for what only hands on what was counted before, such as a content filter's user.</param>
public sealed record SenderSettings(
    string Name,
    ImmutableArray<NetworkPrefix> Networks,
    ImmutableArray<int> Uids,
    ImmutableArray<string> Users,
    string Account,
    bool Judged
);
