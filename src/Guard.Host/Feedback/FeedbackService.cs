using System.Collections.Immutable;
using Akka.Actor;
using Guard.Actors.Entities;
using Guard.Actors.Regions;
using Guard.Messages.Identity;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Host.Feedback;

/// <summary>What was said about an account or a site, and what came of it.</summary>
/// <param name="Accepted">False: nothing was changed, and the message says why.</param>
public sealed record FeedbackOutcome(bool Accepted, string Message);

/// <summary>The way back: what people say about reactions, and what they announce. Command line, console, API and links of reports call it; who may is theirs
/// to know.</summary>
public sealed class FeedbackService(GuardRegions regions, IGuardClock clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Ends the reaction; nothing is learnt.</summary>
    /// <exception cref="TimeoutException">The account did not answer in time; whether it was done is not known.</exception>
    public Task<FeedbackOutcome> ReleaseAsync(UserId user, Author by, CancellationToken cancel) =>
        TellAsync(new UserCommands.Release(user, clock.Present) { By = by }, cancel);

    /// <summary>It was the owner: ends the reaction and learns what was strange.</summary>
    /// <exception cref="TimeoutException">As above.</exception>
    public Task<FeedbackOutcome> AbsolveAsync(UserId user, Author by, CancellationToken cancel) =>
        TellAsync(new UserCommands.Absolve(user, clock.Present) { By = by }, cancel);

    /// <summary>It was an attack: suspends, as far as the policy allows.</summary>
    /// <exception cref="TimeoutException">As above.</exception>
    public Task<FeedbackOutcome> ConfirmAsync(UserId user, Author by, CancellationToken cancel) =>
        TellAsync(new UserCommands.Confirm(user, clock.Present) { By = by }, cancel);

    /// <summary>Answers a report once; a report that was answered, or is older than an answered one, is not accepted.</summary>
    /// <exception cref="TimeoutException">As above.</exception>
    public async Task<bool> AnswerAsync(UserId user, long effect, bool wasOwner, Author by, CancellationToken cancel) =>
        (
            await AskAsync<ReportAnswered>(regions.Users, new AnswerReport(user, clock.Present, effect, wasOwner) { By = by }, cancel).ConfigureAwait(false)
        ).Accepted;

    /// <summary>Announces something unusual for an account (<c>local@domain</c>) or a site.</summary>
    /// <exception cref="TimeoutException">As above.</exception>
    public Task<FeedbackOutcome> PlanAsync(string name, PlannedException planned, Author by, CancellationToken cancel) =>
        IsUser(name)
            ? TellAsync(new UserCommands.PlanException(UserOf(name), clock.Present, planned) { By = by }, cancel)
            : TellSiteAsync(new SiteCommands.PlanException(SiteOf(name), clock.Present, planned) { By = by }, cancel);

    /// <summary>Takes a planned exception back.</summary>
    /// <exception cref="TimeoutException">As above.</exception>
    public Task<FeedbackOutcome> WithdrawAsync(string name, long exception, Author by, CancellationToken cancel) =>
        IsUser(name)
            ? TellAsync(new UserCommands.WithdrawException(UserOf(name), clock.Present, exception) { By = by }, cancel)
            : TellSiteAsync(new SiteCommands.WithdrawException(SiteOf(name), clock.Present, exception) { By = by }, cancel);

    /// <summary>What was announced and is not over, with that of an account's site.</summary>
    /// <exception cref="TimeoutException">It did not answer in time.</exception>
    public async Task<ImmutableArray<PlannedItem>> PlannedAsync(string name, CancellationToken cancel) =>
        IsUser(name)
            ? (await AskAsync<UserStatus>(regions.Users, new UserCommands.GetStatus(UserOf(name)), cancel).ConfigureAwait(false)).Planned
            : (await AskAsync<SiteStatus>(regions.Sites, new SiteCommands.GetStatus(SiteOf(name)), cancel).ConfigureAwait(false)).Planned;

    private static bool IsUser(string name) => name.Contains('@');

    private static UserId UserOf(string name) => new(name.ToLowerInvariant());

    private static SiteId SiteOf(string name) => new(name.ToLowerInvariant());

    private async Task<FeedbackOutcome> TellAsync(object command, CancellationToken cancel)
    {
        var done = await AskAsync<Done>(regions.Users, command, cancel).ConfigureAwait(false);
        return new FeedbackOutcome(
            !done.Message.StartsWith("not", StringComparison.Ordinal) && !done.Message.StartsWith("there is no", StringComparison.Ordinal),
            done.Message
        );
    }

    private async Task<FeedbackOutcome> TellSiteAsync(object command, CancellationToken cancel)
    {
        var done = await AskAsync<SiteDone>(regions.Sites, command, cancel).ConfigureAwait(false);
        return new FeedbackOutcome(!done.Refused, done.Message);
    }

    private static async Task<T> AskAsync<T>(ICanTell entity, object question, CancellationToken cancel)
    {
        try
        {
            return await entity.Ask<T>(question, Patience, cancel).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            throw new TimeoutException("the guard did not answer in time");
        }
    }
}
