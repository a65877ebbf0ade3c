using System.Text.Json;
using System.Text.Json.Serialization;
using Guard.Host.Enforcement.Queues;
using Guard.Messages.Policies;

namespace Guard.Host.Enforcement.Helping;

/// <summary>A block or limit in a request.</summary>
/// <param name="AtHome">How many accounts are at home behind a limited address.</param>
public sealed record BlockItem(string Network, DateTimeOffset Until, string Reason, int AtHome = 0);

/// <summary>A lock in a request.</summary>
public sealed record LockItem(string User, string Reason, LockGrade Grade, DateTimeOffset? Until = null);

/// <summary>
/// Everything that the helper can be asked: one JSON object a line, answered by one. The words are fixed; paths, programs and arguments are the helper's own
/// settings and cannot be said.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "word", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(Describe), "describe")]
[JsonDerivedType(typeof(Block), "block")]
[JsonDerivedType(typeof(Blocks), "blocks")]
[JsonDerivedType(typeof(Limit), "limit")]
[JsonDerivedType(typeof(Limits), "limits")]
[JsonDerivedType(typeof(Disturbances), "disturbances")]
[JsonDerivedType(typeof(Lock), "lock")]
[JsonDerivedType(typeof(Locks), "locks")]
[JsonDerivedType(typeof(EndSessions), "end-sessions")]
[JsonDerivedType(typeof(ResetPassword), "reset-password")]
[JsonDerivedType(typeof(HoldMail), "hold-mail")]
[JsonDerivedType(typeof(HeldMails), "held-mail")]
[JsonDerivedType(typeof(ReleaseMail), "release-mail")]
[JsonDerivedType(typeof(DeleteMail), "delete-mail")]
public abstract record HelperRequest
{
    /// <summary>What the helper's settings switch on.</summary>
    public sealed record Describe : HelperRequest;

    public sealed record Block(IReadOnlyList<BlockItem> Add, IReadOnlyList<string> Remove) : HelperRequest;

    public sealed record Blocks : HelperRequest;

    public sealed record Limit(IReadOnlyList<BlockItem> Add, IReadOnlyList<string> Remove) : HelperRequest;

    public sealed record Limits : HelperRequest;

    /// <summary>How often other programs touched the guard's part of the firewall since the helper started.</summary>
    public sealed record Disturbances : HelperRequest;

    /// <param name="Table">The name of a way of locking, never a path.</param>
    public sealed record Lock(string Table, IReadOnlyList<LockItem> Add, IReadOnlyList<string> Remove) : HelperRequest;

    public sealed record Locks(string Table) : HelperRequest;

    public sealed record EndSessions(string User) : HelperRequest;

    public sealed record ResetPassword(string User, string Reason) : HelperRequest;

    public sealed record HoldMail(string User, IReadOnlyList<string> Submitted, DateTimeOffset? ArrivedBefore = null) : HelperRequest;

    public sealed record HeldMails(string? User = null) : HelperRequest;

    public sealed record ReleaseMail(string User) : HelperRequest;

    public sealed record DeleteMail(string User) : HelperRequest;
}

/// <summary>A block or limit that stands.</summary>
public sealed record StandingItem(string Network, DateTimeOffset? Until = null);

/// <summary>A lock that stands.</summary>
public sealed record LockedItem(string User, DateTimeOffset? Until = null);

/// <summary>An account that cannot be locked, or a network that is never blocked, and why; the rest was done.</summary>
public sealed record RefusedItem(string Subject, string Why);

/// <summary>The helper's answer.</summary>
/// <param name="Error">Why nothing was done; null when it was.</param>
public sealed record HelperReply(string? Error = null)
{
    // Readers that are made when it is compiled set what is left out, too: to null.
    public IReadOnlyList<StandingItem> Standing
    {
        get;
        init => field = value ?? [];
    } = [];

    public IReadOnlyList<LockedItem> Locked
    {
        get;
        init => field = value ?? [];
    } = [];

    public IReadOnlyList<RefusedItem> Refused
    {
        get;
        init => field = value ?? [];
    } = [];

    public IReadOnlyList<HeldMail> Mails
    {
        get;
        init => field = value ?? [];
    } = [];

    public IReadOnlyList<string> Abilities
    {
        get;
        init => field = value ?? [];
    } = [];

    public int Count { get; init; }

    /// <summary>Answers <see cref="HelperRequest.Disturbances"/>.</summary>
    public long Disturbed { get; init; }

    /// <summary>The last one removed all of it; and the program that did.</summary>
    public bool Removed { get; init; }

    public string By
    {
        get;
        init => field = value ?? "";
    } = "";
}

/// <summary>How both ends write and read. What is not known is refused, not passed over. Made when it is compiled: the native helper has no reflection.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    NumberHandling = JsonNumberHandling.Strict,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    MaxDepth = 8,
    Converters = [typeof(NamedOnly<LockGrade>), typeof(NamedOnly<HoldState>)]
)]
[JsonSerializable(typeof(HelperRequest))]
[JsonSerializable(typeof(HelperReply))]
internal sealed partial class HelperJson : JsonSerializerContext;

/// <summary>Names, no numbers.</summary>
internal sealed class NamedOnly<T>() : JsonStringEnumConverter<T>(namingPolicy: null, allowIntegerValues: false)
    where T : struct, Enum;
