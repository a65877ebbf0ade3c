using Akka.Actor;
using Akka.Serialization;

namespace Guard.Actors.Users;

/// <summary>
/// An account's state, kept as the bytes of its snapshot while nobody speaks to it: less than half of what its objects take. What comes out is what would come
/// out of a snapshot.
/// </summary>
internal struct RestingState(UserState state)
{
    private UserState? _state = state;
    private byte[]? _bytes;

    /// <param name="system">Whose serializer reads the bytes.</param>
    public UserState Get(ActorSystem system)
    {
        if (_state is { } state)
            return state;
        var serializer = Serializer(system);
        _state = (UserState)serializer.FromBinary(_bytes!, serializer.Manifest(Shape));
        _bytes = null;
        return _state;
    }

    public void Set(UserState state) => (_state, _bytes) = (state, null);

    public void Rest(ActorSystem system)
    {
        if (_state is not { } state)
            return;
        _bytes = Serializer(system).ToBinary(state);
        _state = null;
    }

    // Only tells the serializer the type.
    private static UserState Shape { get; } = new(new Messages.Identity.UserId(""));

    private static SerializerWithStringManifest Serializer(ActorSystem system) =>
        (SerializerWithStringManifest)system.Serialization.FindSerializerForType(typeof(UserState));
}
