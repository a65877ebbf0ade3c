using Guard.Actors.Behaviour;
using Guard.Messages.Addresses;
using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Actors.Addresses;

/// <summary>What an observation tells of its address.</summary>
public static class AddressAttempts
{
    /// <summary>Null when it tells nothing: mail, the server's own trouble, a refusal by a policy, no address, this machine itself.</summary>
    /// <param name="known">The guard knows the account.</param>
    /// <param name="site">Whose policy judges it.</param>
    public static AddressAttempt? Of(Observation observation, bool known, string site) =>
        observation is not Login login || login.Place.Address.IsNone || login.Place.Kind == AddressKind.Loopback || KindOf(login, known) is not { } kind
            ? null
            : new AddressAttempt(login.Place.Address, kind, login.User.IsNone ? 0 : AddressKeys.Hash(login.User.Value), login.At, login.Origin, site);

    private static AttemptKind? KindOf(Login login, bool known) =>
        login.Outcome switch
        {
            LoginOutcome.Succeeded when !login.User.IsNone => AttemptKind.Succeeded,
            LoginOutcome.WrongPassword or LoginOutcome.UnknownUser when login.User.IsNone => AttemptKind.NoName,
            LoginOutcome.WrongPassword or LoginOutcome.UnknownUser => known ? AttemptKind.Failed : AttemptKind.UnknownName,
            LoginOutcome.RetriedPassword => AttemptKind.Retried,
            _ => null,
        };
}
