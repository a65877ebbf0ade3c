using System.Collections;

namespace Guard.Actors.Tests.History.Checking;

/// <summary>
/// Whether a history has an order of its operations that respects which ended before which began, and in which the sequential model gives every answer that was
/// seen.
/// The search is that of Wing and Gong (Testing and Verifying Concurrent Objects, 1993) with Lowe's memory of configurations that led nowhere.
/// </summary>
public static class Linearizability
{
    /// <summary>Null when there is such an order; else the longest prefix that could be ordered, in words.</summary>
    public static string? Fault<TState, TInput, TOutput>(ISequentialModel<TState, TInput, TOutput> model, IReadOnlyList<Operation<TInput, TOutput>> history)
        where TState : notnull
    {
        var operations = history.OrderBy(operation => operation.Called).ToArray();
        var must = operations.Count(operation => !operation.IsUnknown);
        var taken = new BitArray(operations.Length);
        var tried = new HashSet<(string Taken, TState State)>();
        var path = new Stack<(int Index, TState Before, bool Sure)>();
        var state = model.Initial;
        var done = 0;
        var longest = Array.Empty<int>();
        var next = 0;
        while (done < must)
        {
            var found = false;
            var before = FirstEnd(operations, taken);
            for (var index = next; index < operations.Length && operations[index].Called <= before; index++)
            {
                if (taken[index])
                    continue;
                var operation = operations[index];
                if (operation.IsUnknown && Earlier(operations, taken, index))
                    continue;
                var (possible, after) = model.Step(state, operation.Input, operation.Output, operation.IsUnknown);
                // What nobody was answered and changes nothing need not be there.
                if (!possible || (operation.IsUnknown && after.Equals(state)))
                    continue;
                taken[index] = true;
                if (!tried.Add((Key(taken), after)))
                {
                    taken[index] = false;
                    continue;
                }
                // What was answered so and never changes anything may as well come now: the rest is no easier to order with it behind.
                path.Push((index, state, !operation.IsUnknown && model.IsLook(operation.Input, operation.Output)));
                state = after;
                done += operation.IsUnknown ? 0 : 1;
                if (path.Count > longest.Length)
                    longest = [.. path.Reverse().Select(step => step.Index)];
                (found, next) = (true, 0);
                break;
            }
            if (found)
                continue;
            (int Index, TState Before, bool Sure) last;
            do
            {
                if (!path.TryPop(out last))
                    return Describe(operations, longest);
                taken[last.Index] = false;
                done -= operations[last.Index].IsUnknown ? 0 : 1;
            } while (last.Sure);
            (state, next) = (last.Before, last.Index + 1);
        }
        return null;
    }

    /// <summary>An operation may come next only if it was called before every other open one was answered.</summary>
    private static long FirstEnd<TInput, TOutput>(Operation<TInput, TOutput>[] operations, BitArray taken)
    {
        var first = long.MaxValue;
        for (var index = 0; index < operations.Length; index++)
            first = taken[index] ? first : Math.Min(first, operations[index].Answered);
        return first;
    }

    /// <summary>Of unanswered operations that do the same, the one that was called first can stand wherever another could: only it is tried, else many of them
    /// take for ever.</summary>
    private static bool Earlier<TInput, TOutput>(Operation<TInput, TOutput>[] operations, BitArray taken, int index)
    {
        for (var earlier = 0; earlier < index; earlier++)
        {
            if (!taken[earlier] && operations[earlier].IsUnknown && EqualityComparer<TInput>.Default.Equals(operations[earlier].Input, operations[index].Input))
                return true;
        }
        return false;
    }

    private static string Key(BitArray taken)
    {
        var bytes = new byte[(taken.Length + 7) / 8];
        taken.CopyTo(bytes, 0);
        return Convert.ToHexString(bytes);
    }

    private static string Describe<TInput, TOutput>(Operation<TInput, TOutput>[] operations, int[] longest)
    {
        var left = Enumerable.Range(0, operations.Length).Except(longest).Select(index => operations[index]).Where(operation => !operation.IsUnknown);
        return $"{longest.Length} of {operations.Length} operations could be ordered: {string.Join(" ", longest.Select(index => Word(operations[index])))}; not these: {string.Join(" ", left.Select(Word))}";
    }

    private static string Word<TInput, TOutput>(Operation<TInput, TOutput> operation) =>
        $"[{operation.Input} → {(operation.IsUnknown ? "?" : operation.Output)} @{operation.Called}..{(operation.IsUnknown ? "" : operation.Answered)}]";
}
