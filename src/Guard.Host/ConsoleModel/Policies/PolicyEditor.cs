using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Akka.Actor;
using Guard.Host.Configuration;
using Guard.Host.ConsoleModel.Audit;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Messages.Policies;

namespace Guard.Host.ConsoleModel.Policies;

/// <summary>Reads, checks and changes policies set at run time. The ledger of the cluster decides; this node's board knows a change when it returns.</summary>
internal sealed class PolicyEditor(PolicyBoard board, IActorRef ledger, IAuditLog audit, TimeProvider clock) : IPolicyEditor, IDisposable
{
    private const int MaxTries = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(20);

    /// <summary>One at a time from this node: else each would have to be checked again for every other one.</summary>
    private readonly SemaphoreSlim _changing = new(1);

    public Task<PolicyForm> GetAsync(AccessScope scope, PolicySubject subject, CancellationToken cancel)
    {
        DemandView(scope, subject);
        return Task.FromResult(FormOf(scope, subject));
    }

    public PolicyCheck Check(AccessScope scope, PolicySubject subject, JsonObject own)
    {
        DemandEdit(scope, subject);
        return Judge(scope, subject, own.ToJsonString(), whole: false);
    }

    public async Task<PolicyForm> SaveAsync(AccessScope scope, PolicySubject subject, JsonObject own, long basedOn, string why, CancellationToken cancel)
    {
        DemandEdit(scope, subject);
        var text = own.ToJsonString();
        if (text.Length > PolicyLedgerCommands.LongestOwn)
            throw new BadRequestException($"a policy holds at most {PolicyLedgerCommands.LongestOwn} characters; this has {text.Length}");
        var key = KeyOf(subject);
        if (Judge(scope, subject, text, whole: true) is { Sound: false, Mistakes: var mistakes })
            throw new PolicyMistakesException(mistakes);
        var before = OwnText(key);
        var detail = JsonSerializer.Serialize(
            new
            {
                why,
                version = basedOn + 1,
                before = JsonNode.Parse(before),
                after = JsonNode.Parse(text),
            }
        );
        return await AuditedAct
            .RunAsync(
                audit,
                AuditDraft.Of(scope, "policy.change", subject.Site, subject.ToString(), detail),
                async () =>
                {
                    await _changing.WaitAsync(cancel).ConfigureAwait(false);
                    try
                    {
                        await ChangeAsync(scope, subject, key, text, basedOn, why, cancel).ConfigureAwait(false);
                    }
                    finally
                    {
                        _changing.Release();
                    }
                    return FormOf(scope, subject);
                },
                form => $"version {form.Version}",
                cancel
            )
            .ConfigureAwait(false);
    }

    public async Task<ImmutableArray<PolicyChange>> HistoryAsync(AccessScope scope, PolicySubject subject, CancellationToken cancel)
    {
        DemandView(scope, subject);
        var past = await AskAsync<PolicyLedgerCommands.PastChanges>(new PolicyLedgerCommands.GetHistory(KeyOf(subject)), cancel).ConfigureAwait(false);
        return
        [
            .. past.Changes.Select(change => new PolicyChange(
                subject,
                change.Version,
                change.At,
                change.Who,
                change.Why,
                JsonNodes.Parse(change.Before),
                JsonNodes.Parse(change.After)
            )),
        ];
    }

    public async Task<PolicyForm> UndoAsync(AccessScope scope, PolicySubject subject, long version, long basedOn, string why, CancellationToken cancel)
    {
        DemandEdit(scope, subject);
        var history = await HistoryAsync(scope, subject, cancel).ConfigureAwait(false);
        var change = history.FirstOrDefault(one => one.Version == version) ?? throw new NotThereException($"no change {version} of {subject}");
        return await SaveAsync(scope, subject, (JsonObject)change.Before.DeepClone(), basedOn, why.Length > 0 ? why : $"undo of change {version}", cancel)
            .ConfigureAwait(false);
    }

    public Task<ImmutableArray<PolicySubject>> SubjectsAsync(AccessScope scope, CancellationToken cancel)
    {
        if (!scope.May(AccessRights.View))
            throw new AccessDeniedException("this needs the right to view");
        var book = board.Book;
        var subjects = book
            .Sites.Values.SelectMany(site => site.Users.Keys.Select(user => PolicySubject.Of(site.Site, user)).Prepend(PolicySubject.Of(site.Site)))
            .Where(subject => subject.User is { } user ? scope.Reaches(user, subject.Site!.Value) : scope.Reaches(subject.Site!.Value))
            .OrderBy(subject => subject.ToString(), StringComparer.Ordinal);
        return Task.FromResult<ImmutableArray<PolicySubject>>([PolicySubject.Default, .. subjects]);
    }

    public void Dispose() => _changing.Dispose();

    /// <summary>Asks the ledger until it decided; when something else was changed meanwhile, the change is checked against that first.</summary>
    private async Task ChangeAsync(AccessScope scope, PolicySubject subject, string key, string text, long basedOn, string why, CancellationToken cancel)
    {
        for (var tries = 0; tries < MaxTries; tries++)
        {
            // First the revision, then what is checked: what comes in between is found by the ledger.
            var revision = board.Revision;
            if (Judge(scope, subject, text, whole: true) is { Sound: false, Mistakes: var mistakes })
                throw new PolicyMistakesException(mistakes);
            var change = new PolicyLedgerCommands.Change(
                Guid.NewGuid().ToString("N"),
                key,
                text,
                basedOn,
                revision,
                clock.GetUtcNow(),
                scope.Who,
                scope.From,
                why
            );
            var answer = await AskAsync<PolicyLedgerCommands.ChangeAnswer>(change, cancel).ConfigureAwait(false);
            await UntilKnownAsync(answer.Revision, cancel).ConfigureAwait(false);
            switch (answer.Outcome)
            {
                case ChangeOutcome.Done or ChangeOutcome.Same:
                    return;
                case ChangeOutcome.SubjectChanged:
                    throw new ChangedMeanwhileException(
                        $"the policy of {subject} was changed meanwhile: it is at version {answer.Version}, this was made from version {basedOn}"
                    );
                case ChangeOutcome.TooLong:
                    throw new BadRequestException("the policy is too long");
            }
        }
        throw new UnavailableException("policies are being changed all the time; try again");
    }

    private async Task UntilKnownAsync(long revision, CancellationToken cancel)
    {
        var waited = Stopwatch.StartNew();
        while (board.Revision < revision)
        {
            if (waited.Elapsed > Patience)
                throw new UnavailableException("the change is journaled, and this node has not heard of it yet");
            await Task.Delay(LookAgain, cancel).ConfigureAwait(false);
        }
    }

    private async Task<T> AskAsync<T>(object question, CancellationToken cancel)
    {
        try
        {
            return await ledger.Ask<T>(question, Patience, cancel).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            throw new UnavailableException("the ledger of policies did not answer in time");
        }
    }

    private PolicyForm FormOf(AccessScope scope, PolicySubject subject)
    {
        var key = KeyOf(subject);
        var layers = board.Layers;
        var version = layers.Set.TryGetValue(key, out var standing) ? standing.Version : 0;
        var holds = InForce(layers, key);
        return new PolicyForm(subject, version, JsonNodes.Parse(OwnText(key)), PolicyFields.Of(holds, key), holds.Read(key).Policy, board.ProblemOf(key))
        {
            Bounds = IsBound(scope, subject) ? new PolicyBounds(holds, key).Show() : [],
        };
    }

    private LayeredPolicies InForce(LayeredPolicies layers, string key) =>
        board.ProblemOf(key).Length == 0 ? layers : layers with { Set = layers.Set.Remove(key) };

    /// <summary>Whether the administrator's bounds hold for whoever asks.</summary>
    private static bool IsBound(AccessScope scope, PolicySubject subject) => !scope.Everything && subject.Site is not null;

    /// <summary>A draft as the file's reader sees it, and within what is left to whoever asks: the one place that all changes come through.</summary>
    private PolicyCheck Judge(AccessScope scope, PolicySubject subject, string text, bool whole)
    {
        var layers = board.Layers;
        var check = CheckText(layers, subject, text, whole);
        if (!check.Sound || !IsBound(scope, subject))
            return check;
        var key = KeyOf(subject);
        var beyond = new PolicyBounds(InForce(layers, key), key).Mistakes(layers.With(key, text), JsonNodes.Parse(OwnText(key)), JsonNodes.Parse(text));
        return check with { Mistakes = [.. beyond] };
    }

    private string OwnText(string key) => board.Layers.Set.TryGetValue(key, out var standing) ? standing.Own : "{}";

    /// <param name="whole">Reads every site: what everybody inherits must fit all of them.</param>
    internal static PolicyCheck CheckText(LayeredPolicies layers, PolicySubject subject, string text, bool whole)
    {
        var key = KeyOf(subject);
        LayeredPolicies draft;
        try
        {
            draft = layers.With(key, text);
        }
        catch (JsonException failure)
        {
            return new PolicyCheck([new PolicyMistake("", failure.Message, "a policy as JSON: { … }")], [], null);
        }
        var (policy, faults) = draft.Read(key);
        var mistakes = (whole ? draft.Read().Faults : faults)
            .Faults.Where(fault => fault.File == JsonNodes.File)
            .Select(fault => Mistake(key, fault))
            .ToImmutableArray();
        // Those too that were there before: who edits a policy is the one who can mend them.
        var warnings = faults.Warnings.Where(fault => IsOf(key, fault.Key)).Select(fault => Mistake(key, fault));
        return new PolicyCheck(mistakes, [.. warnings], mistakes.IsEmpty ? policy : null);
    }

    private static PolicyMistake Mistake(string subject, ConfigurationFault fault)
    {
        var prefix = LayeredPolicies.KeyOf(subject).ToString();
        return new PolicyMistake(IsOf(subject, fault.Key) ? fault.Key[prefix.Length..].TrimStart('.') : fault.Key, fault.Problem, fault.Expected);
    }

    private static bool IsOf(string subject, string key)
    {
        var prefix = LayeredPolicies.KeyOf(subject).ToString();
        return key.StartsWith(prefix, StringComparison.Ordinal) && (key.Length == prefix.Length || key[prefix.Length] is '.' or '[');
    }

    internal static string KeyOf(PolicySubject subject) =>
        subject.Site is { } site ? OverrideSubject.Of(site.Value, subject.User?.Value) : OverrideSubject.Default;

    private void DemandView(AccessScope scope, PolicySubject subject)
    {
        Sound(subject);
        if (subject.User is { } user)
            scope.Demand(AccessRights.View, user, subject.Site!.Value);
        else if (subject.Site is { } site)
            scope.Demand(AccessRights.View, site);
        else if (!scope.May(AccessRights.View))
            throw new AccessDeniedException("this needs the right to view");
    }

    internal void DemandEdit(AccessScope scope, PolicySubject subject)
    {
        Sound(subject);
        if (subject.User is { } user)
            scope.Demand(AccessRights.EditPolicy, user, subject.Site!.Value);
        else if (subject.Site is { } site)
            scope.Demand(AccessRights.EditPolicy, site);
        else
            scope.DemandEverywhere(AccessRights.EditPolicy);
    }

    /// <summary>An account's policy counts within its own site only, and a site by its own name: everything else would never hold, or reach into another
    /// site.</summary>
    private void Sound(PolicySubject subject)
    {
        if (subject.Site is not { } site)
        {
            if (subject.User is not null)
                throw new BadRequestException("an account's policy belongs to its site");
            return;
        }
        if (site.Value.Length is 0 or > 253 || site.Value.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || char.IsUpper(c) || c is '/' or '@'))
            throw new NotThereException($"no site {site}");
        if (
            subject.User is { } user
            && (
                user.Local.Length == 0
                || !user.Value.Contains('@', StringComparison.Ordinal)
                || user.Value.Contains('/', StringComparison.Ordinal)
                || board.Book.SiteOf(user) != site
            )
        )
            throw new NotThereException($"no account {user} of {site}");
        if (board.Book.Domains.TryGetValue(site.Value, out var owner) && owner != site)
            throw new NotThereException($"{site} is a domain of the site {owner}");
    }
}
