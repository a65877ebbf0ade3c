using System.Collections.Immutable;

namespace Guard.Host.ConsoleModel.Contracts;

/// <summary>Something unusual that was announced and is not over.</summary>
/// <param name="OfSite">It was announced for the whole site.</param>
/// <param name="Until">The first moment at which it holds no more.</param>
/// <param name="Recipients">So many besides every quota; 0: none.</param>
/// <param name="Used">How many of them were sent to.</param>
public sealed record PlannedRow(
    long Number,
    bool OfSite,
    DateTimeOffset From,
    DateTimeOffset Until,
    string Places,
    int Recipients,
    int Used,
    string Note,
    string By
);

/// <summary>What is to be announced, in words as people write them.</summary>
/// <param name="Places">Words of places with commas, such as <c>ES, PT</c>: usual and allowed meanwhile. Empty: none.</param>
/// <param name="Recipients">So many recipients may be sent to besides every quota; 0: none.</param>
/// <param name="From">A day such as <c>2026-07-01</c>, or a moment.</param>
/// <param name="Until">The last day, or a moment.</param>
/// <param name="Note">What it is for.</param>
public sealed record PlannedDraft(string? Places = null, int Recipients = 0, string? From = null, string? Until = null, string? Note = null);

/// <summary>Stays abroad and large mailings that were announced, of an account (<c>local@domain</c>) or a site. Changes need <see cref="AccessRights.Act"/>.</summary>
public interface IPlannedExceptions
{
    /// <summary>Of an account with those of its site.</summary>
    Task<ImmutableArray<PlannedRow>> ListAsync(AccessScope scope, string name, CancellationToken cancel);

    /// <returns>What came of it, in words.</returns>
    /// <exception cref="BadRequestException">It announces nothing, or cannot be read.</exception>
    Task<string> AddAsync(AccessScope scope, string name, PlannedDraft draft, CancellationToken cancel);

    /// <param name="number">As listed.</param>
    Task<string> RemoveAsync(AccessScope scope, string name, long number, string why, CancellationToken cancel);
}
