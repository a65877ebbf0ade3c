using Guard.Actors.Policies.Geography;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;

namespace Guard.Actors.Policies;

/// <summary>A policy with its words compiled for the hot path. Immutable; shared by all users it holds for.</summary>
public sealed class EffectivePolicy
{
    private readonly PlaceSet _usual;
    private readonly PlaceSet _suspicious;
    private readonly PlaceSet?[] _allow = new PlaceSet?[8];
    private readonly PlaceSet?[] _deny = new PlaceSet?[8];

    /// <exception cref="ArgumentException">A place word is not understood; the configuration check finds these first.</exception>
    public EffectivePolicy(GuardPolicy source)
    {
        Source = source;
        _usual = Compile(source.Places.Usual);
        _suspicious = Compile(source.Places.Suspicious);
        foreach (var service in source.Services)
        {
            _allow[(int)service.Service] = Compile(service.Allow);
            _deny[(int)service.Service] = service.Deny.IsEmpty ? null : Compile(service.Deny);
        }
        UserQuotas = [.. source.Quotas.Where(quota => quota.Of == QuotaScope.User).Select(quota => new KeyedQuota(quota))];
        SiteQuotas = [.. source.Quotas.Where(quota => quota.Of == QuotaScope.Site).Select(quota => new KeyedQuota(quota))];
        AddressQuotas = [.. source.Quotas.Where(quota => quota.Of is QuotaScope.Address or QuotaScope.Network).Select(quota => new KeyedQuota(quota))];
    }

    public GuardPolicy Source { get; }

    public KeyedQuota[] UserQuotas { get; }

    public KeyedQuota[] SiteQuotas { get; }

    /// <summary>Of addresses and their networks, over all accounts.</summary>
    public KeyedQuota[] AddressQuotas { get; }

    public PlaceClass Classify(Place place)
    {
        if (_suspicious.Contains(place))
            return PlaceClass.Suspicious;
        return _usual.Contains(place) ? PlaceClass.Usual : Source.Places.Others;
    }

    /// <summary>Whether the policy lets a service be used from a place. A place nobody knows is allowed unless denied by name.</summary>
    public bool Allows(Service service, Place place)
    {
        if (place.Address.IsNone || place.Kind is AddressKind.Loopback)
            return true;
        if (_deny[(int)service] is { } deny && deny.Contains(place))
            return false;
        return _allow[(int)service] is not { } allow
            || allow.Contains(place)
            || (place.Country.Length == 0 && place.Kind is AddressKind.Private or AddressKind.LinkLocal);
    }

    private static PlaceSet Compile(IEnumerable<string> words) =>
        PlaceSet.TryParse(words, out var set, out var error) ? set : throw new ArgumentException(error);
}
