using System.Collections.Concurrent;
using System.Diagnostics;
using Guard.Host.Texts;
using Guard.Messages.Identity;
using Guard.Messages.Users;

namespace Guard.Host.Telemetry;

/// <summary>
/// Spans from the question of a server over the journaled decision to its effect on this machine. Entities and ledgers carry no trace of their own, since what
/// they hand on is journaled; so the last span of an account or address is remembered here for a while, in a bounded memory of this node. What an account on
/// another node decided begins a trace of its own. Of what logs tell, only what led to a reaction or a block is a span.
/// </summary>
internal sealed class TraceMemory
{
    private const int Most = 4096;

    private readonly ConcurrentDictionary<string, ActivityContext> _last = new();

    public static ActivitySource Source { get; } = new(GuardMeters.Name);

    /// <summary>A server's question, from its arrival until it is answered; null when nobody collects traces.</summary>
    public static Activity? Intake(string protocol)
    {
        var span = Source.StartActivity("intake", ActivityKind.Server);
        span?.SetTag("guard.protocol", protocol);
        return span;
    }

    /// <summary>The question to an account.</summary>
    public Activity? Decision(UserId user, string kind)
    {
        var span = Source.StartActivity("decision");
        if (span is null)
            return null;
        span.SetTag("guard.kind", kind);
        Remember(user.Value, span.Context);
        return span;
    }

    /// <summary>A write that was journaled. The account is told in traces that led to a reaction, for the admin to find it; metrics never name one.</summary>
    public void Journaled(UserEventBatch batch, TimeSpan took, bool notable)
    {
        if (!Source.HasListeners())
            return;
        var known = _last.TryGetValue(batch.User.Value, out var parent);
        if (!known && !notable)
            return;
        using var span = Source.StartActivity("journal", ActivityKind.Internal, parent, startTime: DateTimeOffset.UtcNow - took);
        if (span is null)
            return;
        span.SetTag("guard.events", batch.Events.Length);
        if (!notable)
            return;
        span.SetTag("guard.user", batch.User.Value);
        Remember(batch.User.Value, span.Context);
        foreach (var change in batch.Events)
        {
            if (change is ReactionChanged reaction)
                span.AddEvent(new ActivityEvent($"{IncidentText.Name(reaction.From)} → {IncidentText.Name(reaction.To)}"));
            else if (change is AddressBlockOrdered block)
                Remember(block.Address.ToString(), span.Context);
        }
    }

    /// <summary>A call of a way of enforcement.</summary>
    /// <param name="keys">The accounts or networks that it is about.</param>
    public static Activity? Effect(string worker, IEnumerable<object> keys)
    {
        if (!Source.HasListeners())
            return null;
        var found = keys.Select(key => Current.Find(key.ToString()!)).OfType<ActivityContext>().ToArray();
        var span = Source.StartActivity(
            "effect",
            ActivityKind.Internal,
            found.FirstOrDefault(),
            links: found.Skip(1).Take(16).Select(context => new ActivityLink(context))
        );
        span?.SetTag("guard.worker", worker);
        return span;
    }

    /// <summary>The memory of this process: its spans are one source too.</summary>
    public static TraceMemory Current { get; } = new();

    private ActivityContext? Find(string key) =>
        _last.TryGetValue(key, out var context) || (key.IndexOf('/') is var slash and > 0 && _last.TryGetValue(key[..slash], out context)) ? context : null;

    private void Remember(string key, ActivityContext context)
    {
        // Forgetting all at once is crude and costs a link now and then; it keeps the memory bounded without a second structure.
        if (_last.Count >= Most)
            _last.Clear();
        _last[key] = context;
    }
}
