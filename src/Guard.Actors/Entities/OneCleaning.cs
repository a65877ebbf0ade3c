namespace Guard.Actors.Entities;

/// <summary>
/// At most one cleaning of an entity's journal at a time: two that delete the same rows of a database lock each other out, and with every snapshot there would be one more. What
/// is passed over is done with the next snapshot.
/// </summary>
internal struct OneCleaning
{
    /// <summary>An answer that does not come for so many snapshots is lost.</summary>
    private const int Most = 16;

    private byte _passedOver;
    private bool _goesOn;

    /// <summary>Whether one may begin; it then goes on until it has ended.</summary>
    public bool Begins()
    {
        if (_goesOn && ++_passedOver < Most)
            return false;
        (_goesOn, _passedOver) = (true, 0);
        return true;
    }

    public void Ended() => (_goesOn, _passedOver) = (false, 0);
}
