using System.Collections.Immutable;

namespace Guard.Actors.Policies;

/// <summary>How much is used of some quotas: in slots, and one by one where that has to be exact.</summary>
public readonly record struct QuotaUse(ImmutableArray<QuotaWindow> Slots, ImmutableArray<ExactWindow> Exact)
{
    public static QuotaUse None { get; } = new([], []);

    /// <param name="at">Milliseconds since 1970.</param>
    public long Count(KeyedQuota quota, long at)
    {
        if (quota.IsExact)
            return Find(quota.Key)?.Count(at) ?? 0;
        foreach (var window in Slots)
        {
            if (window.Key == quota.Key)
                return window.Used(at / 1000);
        }
        return 0;
    }

    /// <summary>Whether a thing is counted already; of quotas that count every time it never is.</summary>
    public bool Holds(KeyedQuota quota, uint member, long at) => member != 0 && Find(quota.Key)?.Holds(member, at) == true;

    public bool Counts(string key)
    {
        foreach (var window in Slots)
        {
            if (window.Key == key)
                return true;
        }
        return Find(key) is not null;
    }

    /// <summary>These quotas from here on; what is known of them stays.</summary>
    public QuotaUse Adopt(ImmutableArray<string> keys)
    {
        var slots = ImmutableArray.CreateBuilder<QuotaWindow>();
        var exact = ImmutableArray.CreateBuilder<ExactWindow>();
        foreach (var key in keys)
        {
            var quota = KeyedQuota.Parse(key);
            if (quota.IsExact)
                exact.Add(Find(key) ?? ExactWindow.Empty(quota));
            else
                slots.Add(Slots.FirstOrDefault(window => window.Key == key) ?? QuotaWindow.Empty(quota));
        }
        return new QuotaUse(slots.ToImmutable(), exact.ToImmutable());
    }

    /// <summary>Without what lies after a time.</summary>
    /// <param name="at">Milliseconds since 1970.</param>
    public QuotaUse SetBack(long at) =>
        new(
            [.. Slots.Select(window => window.Head > at / 1000 / window.SlotSeconds ? QuotaWindow.Empty(window.Quota) : window)],
            [.. Exact.Select(window => window.Times.Length > 0 && window.Times[^1] > at ? ExactWindow.Empty(window.Quota) : window)]
        );

    private ExactWindow? Find(string key)
    {
        foreach (var window in Exact)
        {
            if (window.Key == key)
                return window;
        }
        return null;
    }
}
