using System.Collections.Immutable;
using System.Globalization;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Intake;
using Guard.Host.Node;
using Guard.Host.Node.Health;
using Guard.Host.Node.Questions;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>What each node finds of itself, with the figures of its sources and ways of enforcement.</summary>
internal sealed class NodeHealth(InspectedNode node)
{
    private readonly LineRates _rates = new(TimeProvider.System);

    public async Task<ImmutableArray<HealthItem>> LookAsync(CancellationToken cancel)
    {
        var asked = (
            Health: NodeInquiry.ListAsync(node, NodeQuestions.Health, [], cancel),
            Intake: NodeInquiry.ListAsync(node, NodeQuestions.Intake, [], cancel),
            Outbox: NodeInquiry.ListAsync(node, NodeQuestions.Outbox, [], cancel)
        );
        var facts = new Dictionary<(string Node, string Check), ImmutableArray<KeyValuePair<string, string>>>();
        foreach (var item in await asked.Intake.ConfigureAwait(false))
        {
            if (item.Item is { } source)
                facts[(item.Node, $"intake {source.Name}")] = Facts(source, _rates.PerMinute(item.Node, source.Name, Math.Max(source.Lines, source.Asked)));
        }
        foreach (var item in await asked.Outbox.ConfigureAwait(false))
        {
            if (item.Item is { Kind: OutboxKind.Worker } worker)
                facts[(item.Node, EffectChecks.CheckOf(worker.Name))] = Facts(worker);
        }
        return
        [
            .. (await asked.Health.ConfigureAwait(false)).Select(item =>
                item.Item is { } finding
                    ? Of(item.Node, finding, facts.GetValueOrDefault((item.Node, finding.Check), []))
                    : new HealthItem(item.Node, "node", "silent", false, item.Note, [])
                    {
                        Level = FindingLevel.Fault,
                        Remedy = "is this node started, and can it be reached?",
                    }
            ),
        ];
    }

    private static HealthItem Of(string node, Finding finding, ImmutableArray<KeyValuePair<string, string>> facts)
    {
        var name = finding.Check.Length > finding.Area.Length ? finding.Check[(finding.Area.Length + 1)..] : finding.Check;
        return new HealthItem(node, finding.Area, name, finding.Good, finding.Text, facts) { Level = finding.Level, Remedy = finding.Remedy };
    }

    private static ImmutableArray<KeyValuePair<string, string>> Facts(IntakeReading source, double? perMinute) =>
        [
            KeyValuePair.Create("kind", source.Kind),
            KeyValuePair.Create("lines", Number(source.Lines)),
            .. perMinute is { } rate ? [KeyValuePair.Create("per-minute", Number(rate))] : Array.Empty<KeyValuePair<string, string>>(),
            KeyValuePair.Create("ignored", Number(source.Ignored)),
            KeyValuePair.Create("unparsed", Number(source.Unparsed)),
            KeyValuePair.Create("foreign", Number(source.Foreign)),
            KeyValuePair.Create("lost", Number(source.Lost)),
            KeyValuePair.Create("misdated", Number(source.Misdated)),
            KeyValuePair.Create("behind-bytes", Number(source.BehindBytes)),
            KeyValuePair.Create("lag-seconds", Number(Math.Round(source.Lag.TotalSeconds, 1))),
            KeyValuePair.Create("asked", Number(source.Asked)),
            KeyValuePair.Create("unanswered", Number(source.Unanswered)),
            .. source.JournaledTo is { } last ? [KeyValuePair.Create("last-line", Moment(last))] : Array.Empty<KeyValuePair<string, string>>(),
        ];

    private static ImmutableArray<KeyValuePair<string, string>> Facts(OutboxItem worker) =>
        [
            KeyValuePair.Create("wanted", Number(worker.Wanted)),
            KeyValuePair.Create("pending", Number(worker.Pending)),
            KeyValuePair.Create("failures", Number(worker.Failures ?? 0)),
            .. worker.LastSuccess is { } success ? [KeyValuePair.Create("last-success", Moment(success))] : Array.Empty<KeyValuePair<string, string>>(),
            .. worker.LastFailure is { } failure ? [KeyValuePair.Create("last-failure", Moment(failure))] : Array.Empty<KeyValuePair<string, string>>(),
        ];

    private static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
