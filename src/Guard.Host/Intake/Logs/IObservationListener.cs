using Guard.Messages.Identity;
using Guard.Messages.Observations;

namespace Guard.Host.Intake.Logs;

/// <summary>Is told what a parser found beyond what observations keep, for <c>accountguard parse</c>.</summary>
internal interface IObservationListener
{
    /// <param name="observation">Also among the line's observations.</param>
    /// <param name="sender">Envelope sender of a submission; empty: not told, or none.</param>
    /// <param name="queueId">Of a delivery; empty: not told. A submission has its own.</param>
    void Told(Observation observation, ReadOnlySpan<byte> sender, ReadOnlySpan<byte> queueId);

    /// <summary>A recipient of this message could not be reached for now: nothing final, and no observation.</summary>
    void Deferred(DateTimeOffset at, UserId user, int recipients, ReadOnlySpan<byte> queueId);
}
