using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Akka.Actor;
using Guard.Actors.Regions;
using Guard.Host.Configuration;
using Guard.Host.Geo;
using Guard.Host.Intake.Http;
using Guard.Host.Intake.Inline;
using Guard.Host.Intake.Logs;
using Guard.Host.Intake.Sockets;
using Guard.Host.Web;
using Guard.Host.Web.Modules;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Intake;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Serilog.Core;
using Xunit;

namespace Guard.Host.Tests.Http;

/// <summary>The API for programs on a port of its own, with accounts that remember what they were told, and a real journal for what programs told.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    public const string Panel = "ag_panel";
    public const string Webmail = "ag_webmail";
    public const string Shop = "ag_shop";

    private readonly Journal? _ownJournal;
    private readonly ActorSystem _system;
    private readonly WebServer _server;
    private readonly HttpIntakeModule _module;
    private readonly HttpClient _client = new();

    private ApiServer(Journal? own, ActorSystem system, WebServer server, HttpIntakeModule module, IActorRef sources, Accounts accounts) =>
        (_ownJournal, _system, _server, _module, Sources, Told) = (own, system, server, module, sources, accounts);

    public Accounts Told { get; }

    public IActorRef Sources { get; }

    public Uri Address => _server.Address;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<ApiServer> StartAsync(
        Func<HttpIntakeSettings, HttpIntakeSettings>? with = null,
        Journal? journal = null,
        Accounts? accounts = null,
        Func<InlineSettings, InlineSettings>? inline = null
    )
    {
        var own = journal is null ? new Journal() : null;
        accounts ??= new Accounts();
        var system = (journal ?? own)!.Open();
        var users = system.ActorOf(Props.Create(() => new Users(accounts)));
        var sources = system.ActorOf(Props.Create(() => new Programs(users)));
        var settings = new HttpIntakeSettings
        {
            Tokens =
            [
                Token("panel", Panel, ApiScope.Observe),
                Token("webmail", Webmail, ApiScope.Observe | ApiScope.Decide),
                Token("shop", Shop, ApiScope.Observe | ApiScope.Decide, "shop.example"),
            ],
        };
        settings = with?.Invoke(settings) ?? settings;
        var answers = new InlineSettings(null, null, null, FrozenSet<EndPoint>.Empty, TimeSpan.FromSeconds(5), false, "postmaster@example.com", "", "", true);
        answers = inline?.Invoke(answers) ?? answers;
        var places = new PlaceLookup([], null);
        var judge = new InlineJudge(
            new GuardRegions(users, ActorRefs.Nobody),
            new DecisionReplies(system),
            new UserNameRules("example.com"),
            places,
            () => DateTimeOffset.UtcNow,
            answers
        );
        var book = PolicyBook.Of(GuardPolicy.Default);
        var module = new HttpIntakeModule(
            settings,
            answers,
            sources,
            judge,
            () => book,
            () => new ObservationContext(judge.UserOf, places, DateTimeOffset.UtcNow),
            accounts.Seen.Enqueue,
            Logger.None
        );
        var server = new WebServer(TakenAddress.Take(new IPEndPoint(IPAddress.Loopback, 0)), [module]);
        await server.StartAsync(Cancel);
        return new ApiServer(own, system, server, module, sources, accounts);
    }

    private static ApiToken Token(string name, string text, ApiScope scopes, params string[] sites) =>
        new(name, [.. ConfiguredTokens.HashOf(text)], scopes, sites.Select(site => new SiteId(site)).ToFrozenSet());

    public async Task<(HttpResponseMessage Response, JsonElement Body)> PostAsync(string path, HttpContent content, string? token = Panel, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, path)) { Content = content };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        var response = await _client.SendAsync(request, Cancel);
        return (response, JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancel)).RootElement);
    }

    public Task<(HttpResponseMessage Response, JsonElement Body)> TellAsync(string lines, string? token = Panel, string? key = null) =>
        PostAsync("/api/v1/observations", new StringContent(lines, Encoding.UTF8, "application/x-ndjson"), token, key);

    public Task<(HttpResponseMessage Response, JsonElement Body)> AskAsync(string question, string? token = Webmail) =>
        PostAsync("/api/v1/decisions", new StringContent(question, Encoding.UTF8, "application/json"), token);

    public Task<string> GetAsync(string path) => _client.GetStringAsync(new Uri(Address, path), Cancel);

    /// <summary>Numbers of an answer: lines, taken, repeated, rejected.</summary>
    public static (int, int, int, int) Numbers(JsonElement body) =>
        (
            body.GetProperty("lines").GetInt32(),
            body.GetProperty("taken").GetInt32(),
            body.GetProperty("repeated").GetInt32(),
            body.GetProperty("rejected").GetInt32()
        );

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        _module.Dispose();
        await _system.Terminate();
        _ownJournal?.Dispose();
    }

    /// <summary>What the accounts have in their journals: recognised by its position, as accounts do.</summary>
    internal sealed class Accounts
    {
        private readonly Dictionary<(UserId, string), ulong> _marks = [];

        public ConcurrentQueue<Observation> Taken { get; } = new();

        /// <summary>What the node was shown besides.</summary>
        public ConcurrentQueue<Observation> Seen { get; } = new();

        public ConcurrentQueue<object> Questions { get; } = new();

        /// <summary>Whether they answer.</summary>
        public bool Silent { get; set; }

        public TaskCompletionSource FirstTold { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Func<Observation, Decision?> Decide { get; set; } =
            observation => new Decision(observation.User, "", Verdict.Allow, Verdict.Allow, Rung.Normal, null, 0, []);

        public void Take(Observation observation)
        {
            var source = (observation.User, observation.Origin.Source);
            if (_marks.GetValueOrDefault(source) >= observation.Origin.Position)
                return;
            _marks[source] = observation.Origin.Position;
            Taken.Enqueue(observation);
        }
    }

    private sealed class Users : ReceiveActor
    {
        public Users(Accounts accounts)
        {
            Receive<UserCommands.Observe>(observe =>
            {
                accounts.FirstTold.TrySetResult();
                if (accounts.Silent)
                    return;
                foreach (var observation in observe.Observations)
                    accounts.Take(observation);
                var last = observe.Observations[^1].Origin;
                Sender.Tell(new Observed(observe.User, last.Source, last.Position));
            });
            Receive<UserCommands.Decide>(decide => Answer(accounts, decide, decide.Observation, decide.RequestId));
            Receive<UserCommands.Check>(check => Answer(accounts, check, check.Observation, check.RequestId));
        }

        private void Answer(Accounts accounts, object question, Observation observation, string id)
        {
            accounts.Questions.Enqueue(question);
            if (accounts.Decide(observation) is { } decision)
                Sender.Tell(decision with { RequestId = id });
        }
    }

    /// <summary>Stands for the region of programs.</summary>
    private sealed class Programs : ReceiveActor
    {
        public Programs(IActorRef users)
        {
            Receive<IWithEventSource>(message =>
            {
                var name = Uri.EscapeDataString(message.Source);
                var child = Context.Child(name);
                (child.IsNobody() ? Context.ActorOf(EventSourceActor.Props(message.Source, users), name) : child).Forward(message);
            });
        }
    }
}
