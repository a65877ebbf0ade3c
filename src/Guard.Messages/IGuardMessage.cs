using Guard.Messages.Identity;

namespace Guard.Messages;

/// <summary>Everything that is journaled or crosses nodes; bound to the Protobuf manifest serializer.</summary>
public interface IGuardMessage;

/// <summary>A message for, or an event of, one user entity.</summary>
public interface IWithUserId : IGuardMessage
{
    UserId User { get; }
}

/// <summary>A message for, or an event of, one site entity.</summary>
public interface IWithSiteId : IGuardMessage
{
    SiteId Site { get; }
}
