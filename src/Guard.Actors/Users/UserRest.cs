using Akka.Actor;

namespace Guard.Actors.Users;

/// <summary>
/// An account's rest: quiet for a while, it stays awake but small; quiet for longer, it leaves. Keeps the account's state, as bytes meanwhile. Lives
/// inside one <see cref="UserActor"/>.
/// </summary>
internal sealed class UserRest
{
    /// <summary>Quiet for so long, an account rests.</summary>
    public static readonly TimeSpan MaxBeforeRest = TimeSpan.FromSeconds(20);

    private readonly UserActorContext _context;
    private readonly IActorContext _cell;

    // Not read-only: it changes in place.
    private RestingState _resting;
    private int _rests;
    private bool _isQuiet;
    private bool _isReminded;

    public UserRest(UserState state, UserActorContext context, IActorContext cell)
    {
        _context = context;
        _cell = cell;
        _resting = new RestingState(state);
        cell.SetReceiveTimeout(RestAfter);
    }

    public UserState State
    {
        get => _resting.Get(_cell.System);
        set => _resting.Set(value);
    }

    private TimeSpan RestAfter => _context.Options.PassivateAfter < MaxBeforeRest ? _context.Options.PassivateAfter : MaxBeforeRest;

    /// <summary>A message came: the rest is over, unless it only asks whether it lasts.</summary>
    public void Disturb(object message)
    {
        if (!_isQuiet || message is ReceiveTimeout or INotInfluenceReceiveTimeout)
            return;
        _isQuiet = false;
        _cell.SetReceiveTimeout(RestAfter);
    }

    /// <summary>Nothing came for a while. First it rests, then it leaves.</summary>
    /// <param name="isBusy">Something is under way that must end first.</param>
    /// <returns>Whether it is time to leave.</returns>
    public bool IsOver(bool isBusy)
    {
        if (_isQuiet || RestAfter == _context.Options.PassivateAfter)
            return true;
        if (isBusy)
            return false;
        _isQuiet = true;
        _rests++;
        Remind();
        _cell.SetReceiveTimeout(null);
        _resting.Rest(_cell.System);
        return false;
    }

    /// <summary>The reminder of a rest came.</summary>
    /// <returns>Whether that rest still lasts, and it is time to leave.</returns>
    public bool IsOver(AccountReminders.RestedLong rested)
    {
        _isReminded = false;
        if (_isQuiet && rested.Number == _rests)
            return true;
        if (_isQuiet)
            Remind();
        return false;
    }

    /// <summary>Leaving is tried again if it does not come to that.</summary>
    public void TryAgain() => _cell.SetReceiveTimeout(RestAfter);

    /// <summary>Once at a time: an account that is spoken to again and again would have many to come otherwise.</summary>
    private void Remind()
    {
        if (_isReminded)
            return;
        _isReminded = true;
        _context.Reminders.Tell(new AccountReminders.Rests(_rests));
    }
}
