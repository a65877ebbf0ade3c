using System.Collections.Immutable;
using Guard.Actors.Policies.Geography;
using Guard.Host.ConsoleModel.Audit;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Feedback;
using Guard.Host.Node;
using Guard.Host.Texts;
using Guard.Messages.Identity;
using Guard.Messages.Users;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>Announcements, as command line and links of reports make them, within the asker's reach and written to the audit.</summary>
internal sealed class PlannedExceptions(InspectedNode node, IAuditLog audit) : IPlannedExceptions
{
    private const int MaxNote = 300;

    private readonly FeedbackService _feedback = new(node.Regions, node.Clock);

    public async Task<ImmutableArray<PlannedRow>> ListAsync(AccessScope scope, string name, CancellationToken cancel)
    {
        Demand(scope, AccessRights.View, name);
        var planned = await AnsweredAsync(_feedback.PlannedAsync(name, cancel)).ConfigureAwait(false);
        return
        [
            .. planned.Select(item => new PlannedRow(
                item.Planned.Id,
                item.OfSite,
                item.Planned.From,
                item.Planned.Until,
                item.Planned.Places,
                item.Planned.Recipients,
                item.Planned.Used,
                item.Planned.Note,
                item.Planned.By?.Name ?? ""
            )),
        ];
    }

    public Task<string> AddAsync(AccessScope scope, string name, PlannedDraft draft, CancellationToken cancel)
    {
        var site = Demand(scope, AccessRights.Act, name);
        var planned = Read(draft);
        return RunAsync(
            AuditDraft.Of(scope, "exception.add", site, name, PlannedText.Of(planned)),
            () => _feedback.PlanAsync(name, planned, new Author(scope.Who, planned.Note), cancel),
            cancel
        );
    }

    public Task<string> RemoveAsync(AccessScope scope, string name, long number, string why, CancellationToken cancel)
    {
        var site = Demand(scope, AccessRights.Act, name);
        return RunAsync(
            AuditDraft.Of(scope, "exception.remove", site, name, $"{number}; {why}"),
            () => _feedback.WithdrawAsync(name, number, new Author(scope.Who, why), cancel),
            cancel
        );
    }

    /// <summary>The site that it concerns.</summary>
    private SiteId Demand(AccessScope scope, AccessRights right, string name)
    {
        if (!name.Contains('@', StringComparison.Ordinal))
        {
            scope.Demand(right, new SiteId(name));
            return new SiteId(name);
        }
        var user = new UserId(name);
        var site = node.Policies.Current.SiteOf(user);
        scope.Demand(right, user, site);
        return site;
    }

    private static PlannedException Read(PlannedDraft draft)
    {
        string[] places = [.. (draft.Places ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        if (!PlaceSet.TryParse(places, out _, out var error))
            throw new BadRequestException(error ?? "these are no places");
        if (draft.Recipients < 0)
            throw new BadRequestException("recipients are counted from 0");
        if (places.Length == 0 && draft.Recipients == 0)
            throw new BadRequestException("it announces nothing: name places, recipients, or both");
        if (!PlannedPeriod.TryFrom(draft.From ?? "", out var from))
            throw new BadRequestException($"'{draft.From}' is not a day such as 2026-07-01");
        if (!PlannedPeriod.TryUntil(draft.Until ?? "", out var until))
            throw new BadRequestException($"'{draft.Until}' is not a day such as 2026-07-14");
        if (until <= from)
            throw new BadRequestException("it would be over before it began");
        var note = draft.Note ?? "";
        if (note.Length > MaxNote)
            throw new BadRequestException($"a note has at most {MaxNote} characters");
        return new PlannedException(0, from, until, string.Join(',', places), draft.Recipients, note);
    }

    private Task<string> RunAsync(AuditDraft draft, Func<Task<FeedbackOutcome>> act, CancellationToken cancel) =>
        AuditedAct.RunAsync(
            audit,
            draft,
            async () =>
            {
                var outcome = await AnsweredAsync(act()).ConfigureAwait(false);
                return outcome.Accepted ? outcome.Message : throw new BadRequestException(outcome.Message);
            },
            answer => answer,
            cancel
        );

    private static async Task<T> AnsweredAsync<T>(Task<T> asking)
    {
        try
        {
            return await asking.ConfigureAwait(false);
        }
        catch (TimeoutException late)
        {
            throw new UnavailableException(late.Message);
        }
    }
}
