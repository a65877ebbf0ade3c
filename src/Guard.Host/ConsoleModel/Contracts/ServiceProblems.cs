using System.Collections.Immutable;

namespace Guard.Host.ConsoleModel.Contracts;

/// <summary>Why a service did not do what it was asked; the message is for the person who asked.</summary>
public abstract class ServiceException(string message) : Exception(message);

/// <summary>There is no such thing, or none in the asker's reach: both look alike.</summary>
public sealed class NotThereException(string message) : ServiceException(message);

/// <summary>The asker may see it and may not do this to it.</summary>
public sealed class AccessDeniedException(string message) : ServiceException(message);

/// <summary>The question itself is wrong, such as a network that is none.</summary>
public sealed class BadRequestException(string message) : ServiceException(message);

/// <summary>Somebody else changed it meanwhile: look again and repeat.</summary>
public sealed class ChangedMeanwhileException(string message) : ServiceException(message);

/// <summary>The part of the guard that has to answer did not, in time.</summary>
public sealed class UnavailableException(string message) : ServiceException(message);

/// <summary>A policy has mistakes; nothing was changed.</summary>
public sealed class PolicyMistakesException(ImmutableArray<PolicyMistake> mistakes) : ServiceException($"{mistakes.Length} mistakes in the policy")
{
    public ImmutableArray<PolicyMistake> Mistakes { get; } = mistakes;
}

/// <summary>Part of a longer list.</summary>
/// <param name="Total">Of all that match.</param>
public sealed record Page<T>(ImmutableArray<T> Items, long Total, int Offset);
