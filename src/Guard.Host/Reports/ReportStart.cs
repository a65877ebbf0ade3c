using System.Collections.Frozen;
using System.Collections.Immutable;
using Akka.Actor;
using Guard.Actors.Enforcement;
using Guard.Actors.Entities;
using Guard.Actors.Regions;
using Guard.Host.Configuration;
using Guard.Host.Feedback;
using Guard.Host.Reports.Abuse;
using Guard.Host.Reports.Mails;
using Guard.Host.Reports.Texts;
using Guard.Host.Reports.Webhooks;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Sites;
using Guard.Messages.Users;
using Serilog;

namespace Guard.Host.Reports;

/// <summary>Starts what tells people and programs, as the settings say.</summary>
internal sealed class ReportStart
{
    private const int SnapshotEvery = 200;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StatusPatience = TimeSpan.FromSeconds(5);

    private GuardRegions? _regions;
    private CompleteStatus? _complete;

    private ReportStart(ActorSystem system, GuardSettings settings, IPolicySource policies, ILogger log)
    {
        var reports = settings.Reports;
        Links = reports.Links.Base is null ? null : new FeedbackLinks(reports.Links, FeedbackKey.Of(settings.DataDirectory));
        var workers = ImmutableArray.CreateBuilder<IActorRef>();
        var ways = new Dictionary<ReportChannel, IActorRef>();
        var sender = reports.Mail.Host.Length > 0 ? new MailSender(reports.Mail) : null;
        if (sender is not null)
        {
            var templates = new ReportTemplates(reports.Mail.Templates, complaint => log.Warning("{Complaint:l}", complaint));
            var facts = new ReportFacts(policies, AskAsync, Links, settings.Inline.Contact, AskSiteAsync);
            ways[ReportChannel.Mail] = Add("mail", new MailChannel(new MailComposer(reports.Mail, templates, facts), sender));
        }
        if (reports.Webhooks.Length > 0)
            ways[ReportChannel.Webhook] = system.ActorOf(
                WebhookRouter.Props(
                    reports.Webhooks.ToFrozenDictionary(
                        webhook => webhook.Name,
                        webhook => Add($"webhook {webhook.Name}", new WebhookChannel(webhook, new WebhookEvent(policies)))
                    )
                ),
                "report-webhook-router"
            );
        if (reports.Abuse.IsOn)
            ways[ReportChannel.Abuse] = Add("abuse", new AbuseChannel(reports.Abuse, reports.Mail, sender));
        Workers = workers.ToImmutable();
        Supervisor = system.ActorOf(
            ReportSupervisor.Props(
                new ReportContext(
                    settings.Cluster.Node,
                    reports.Rules,
                    policies,
                    TimeProvider.System,
                    new WrittenReports(log),
                    ways.ToFrozenDictionary(),
                    SnapshotEvery
                )
            ),
            "report-supervisor"
        );

        IActorRef Add(string name, IReportChannel channel)
        {
            workers.Add(system.ActorOf(ReportWorker.Props($"report {name}", channel, FirstRetry), $"report-worker-{workers.Count}"));
            return workers[^1];
        }
    }

    public IActorRef Supervisor { get; }

    public ImmutableArray<IActorRef> Workers { get; }

    /// <summary>Null when mails carry no links.</summary>
    public FeedbackLinks? Links { get; }

    public static ReportStart Start(ActorSystem system, GuardSettings settings, IPolicySource policies, ILogger log) => new(system, settings, policies, log);

    /// <summary>From now on accounts can be asked what is usual for them.</summary>
    public void Know(GuardRegions regions) => _regions = regions;

    /// <summary>From now on reports tell of held mail, and of locks that nothing here carries out.</summary>
    public void Know(CompleteStatus complete) => _complete = complete;

    private async Task<UserStatus?> AskAsync(UserId user, CancellationToken cancel)
    {
        var status = await AskAsync<UserStatus>(_regions?.Users, new UserCommands.GetStatus(user), cancel).ConfigureAwait(false);
        return status is not null && _complete is { } complete ? await complete(status, cancel).ConfigureAwait(false) : status;
    }

    private Task<SiteStatus?> AskSiteAsync(SiteId site, CancellationToken cancel) =>
        AskAsync<SiteStatus>(_regions?.Sites, new SiteCommands.GetStatus(site), cancel);

    private static async Task<T?> AskAsync<T>(IActorRef? region, object question, CancellationToken cancel)
        where T : class
    {
        if (region is null)
            return null;
        try
        {
            return await region.Ask<T>(question, StatusPatience, cancel).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            // The report goes without.
            return null;
        }
    }
}
