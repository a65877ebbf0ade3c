using Akka.Actor;

namespace Guard.Actors.Users;

/// <summary>
/// An account's rest: quiet for a while, it stays awake but small; quiet for longer, it leaves. Keeps the account's state, as bytes meanwhile. Lives
/// inside one <see cref="UserActor"/>. Looks for quiet now and then; Akka's receive timeout would make a timer for each message (docs/decisions/0050).
/// </summary>
internal sealed class UserRest
{
    /// <summary>An account rests when so many looks, one behind the other, found it quiet.</summary>
    private const int Looks = 4;

    /// <summary>Quiet for so long, an account rests; a fourth of it later at most.</summary>
    public static readonly TimeSpan MaxBeforeRest = TimeSpan.FromSeconds(20);

    private readonly UserActorContext _context;
    private readonly IActorContext _cell;

    // Not read-only: it changes in place.
    private RestingState _resting;
    private int _rests;
    private bool _isQuiet;
    private bool _isReminded;
    private ICancelable? _look;
    private bool _isStirred;
    private int _quietLooks;

    public UserRest(UserState state, UserActorContext context, IActorContext cell)
    {
        _context = context;
        _cell = cell;
        _resting = new RestingState(state);
        Watch();
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
        if (message is ReceiveTimeout or INotInfluenceReceiveTimeout)
            return;
        _isStirred = true;
        if (!_isQuiet)
            return;
        _isQuiet = false;
        Watch();
    }

    /// <summary>It is time to look whether anything came.</summary>
    /// <returns>Whether it has been quiet for long enough.</returns>
    public bool IsQuiet()
    {
        // Called off when it was on its way already.
        if (_look is null)
            return false;
        _quietLooks = _isStirred ? 0 : _quietLooks + 1;
        _isStirred = false;
        _look = _quietLooks < Looks ? NextLook() : null;
        return _look is null;
    }

    /// <summary>Nothing came for a while. First it rests, then it leaves.</summary>
    /// <param name="isBusy">Something is under way that must end first.</param>
    /// <returns>Whether it is time to leave.</returns>
    public bool IsOver(bool isBusy)
    {
        if (_isQuiet || RestAfter == _context.Options.PassivateAfter)
            return true;
        if (isBusy)
        {
            Watch();
            return false;
        }
        Unwatch();
        _isQuiet = true;
        _rests++;
        Remind();
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
    public void TryAgain()
    {
        _cell.SetReceiveTimeout(null);
        Watch();
    }

    /// <summary>Nobody is to be asked any more, neither by this nor by the short wait for strangers.</summary>
    public void Unwatch()
    {
        _look?.Cancel();
        _look = null;
        _cell.SetReceiveTimeout(null);
    }

    private void Watch()
    {
        _look?.Cancel();
        (_isStirred, _quietLooks) = (false, 0);
        _look = NextLook();
    }

    private ICancelable NextLook() => _cell.System.Scheduler.ScheduleTellOnceCancelable(RestAfter / Looks, _cell.Self, Look.Instance, _cell.Self);

    /// <summary>Once at a time: an account that is spoken to again and again would have many to come otherwise.</summary>
    private void Remind()
    {
        if (_isReminded)
            return;
        _isReminded = true;
        _context.Reminders.Tell(new AccountReminders.Rests(_rests));
    }

    /// <summary>It is time to look whether anything came.</summary>
    internal sealed class Look : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        public static readonly Look Instance = new();
    }
}
