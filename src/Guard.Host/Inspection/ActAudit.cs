using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using Guard.Host.ConsoleModel.Audit;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Node;
using Guard.Messages.Identity;
using Guard.Messages.Inspection;

namespace Guard.Host.Inspection;

/// <summary>Writes acts of the vocabulary into the audit, whichever face they were ordered at: before they are done, and what came out of them.</summary>
/// <param name="siteOf">The site that an account belongs to.</param>
public sealed class ActAudit(IAuditLog audit, Func<UserId, SiteId> siteOf)
{
    /// <summary>An answer may have a row for each lock of a machine; the audit tells the first ones.</summary>
    private const int MaxRows = 5;

    /// <param name="rows">The answer as it is shown.</param>
    /// <exception cref="InspectionException">The act is refused, or the audit cannot be written: then nothing is done.</exception>
    public async Task<T> RunAsync<T>(
        InspectionCommand command,
        InspectionArguments arguments,
        Func<Task<T>> act,
        Func<T, IEnumerable<ImmutableArray<Cell>>> rows,
        CancellationToken cancel
    )
    {
        try
        {
            return await AuditedAct.RunAsync(audit, DraftOf(command, arguments), act, answer => Words(rows(answer)), cancel).ConfigureAwait(false);
        }
        catch (DbException failure)
        {
            // What lies below the database's own words is the way to it, of which a reader would not guess that it is meant.
            var why = failure.GetBaseException() is DbException ? failure.Message : "the database cannot be reached";
            throw new InspectionException($"not done: the audit cannot be written: {why}");
        }
    }

    private AuditDraft DraftOf(InspectionCommand command, InspectionArguments arguments)
    {
        var own = command.Name.Split(' ').Length;
        var name = arguments.Words.Count > own ? arguments.Words[own].ToLowerInvariant() : "";
        SiteId? site =
            name.Contains('@', StringComparison.Ordinal) ? siteOf(new UserId(name))
            : command.Act.StartsWith("site.", StringComparison.Ordinal) || command.Act.StartsWith("exception.", StringComparison.Ordinal) ? new SiteId(name)
            : null;
        return new AuditDraft(arguments.Who, arguments.From, command.Act, site, name, string.Join(' ', arguments.Words));
    }

    /// <summary>What was answered behind the subject of each row.</summary>
    private static string Words(IEnumerable<ImmutableArray<Cell>> rows)
    {
        var all = rows.Select(row => string.Join(' ', row.Skip(1).Select(Word).Where(word => word.Length > 0))).ToArray();
        var more = all.Length > MaxRows ? $"; and {all.Length - MaxRows} more" : "";
        return string.Join("; ", all.Take(MaxRows)) + more;
    }

    private static string Word(Cell cell) =>
        cell.Kind switch
        {
            CellKind.Number => cell.Number.ToString(CultureInfo.InvariantCulture),
            CellKind.Time => cell.Time.UtcDateTime.ToString("u", CultureInfo.InvariantCulture),
            _ => cell.Text,
        };
}
