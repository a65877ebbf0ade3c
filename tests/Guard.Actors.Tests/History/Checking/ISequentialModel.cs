namespace Guard.Actors.Tests.History.Checking;

/// <summary>What the object would do if it were called by one client after the other.</summary>
public interface ISequentialModel<TState, TInput, TOutput>
{
    TState Initial { get; }

    /// <summary>The state after a call, and whether the output is what the model would have answered. With <paramref name="unknown"/> any output is
    /// right.</summary>
    (bool Possible, TState Next) Step(TState state, TInput input, TOutput output, bool unknown);

    /// <summary>Whether an operation with that answer never changes a state, whichever it is called in.</summary>
    bool IsLook(TInput input, TOutput output);
}
