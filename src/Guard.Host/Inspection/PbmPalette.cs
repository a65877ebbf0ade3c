using System.Text;
using Akka.Actor;
using Petabridge.Cmd;
using Petabridge.Cmd.Cluster;
using Petabridge.Cmd.Cluster.Sharding;
using Petabridge.Cmd.Host;
using Petabridge.Cmd.Remote;

namespace Guard.Host.Inspection;

/// <summary>
/// The vocabulary for Petabridge's <c>pbm</c>, as the palette <c>guard</c>: a command is its words with a hyphen (<c>guard user-show -user
/// info@example.com</c>). Only compiled with
/// <c>make build PETABRIDGE=1</c>; the address is in Akka's configuration, loopback and port 9110.
/// </summary>
internal sealed class PbmPalette : CommandPaletteHandler
{
    public static readonly CommandPalette Commands = new("guard", Vocabulary.Commands.Select(Define).ToArray());

    private PbmPalette(Inspector inspector)
        : base(Commands)
    {
        HandlerProps = Props.Create(() => new PbmCommands(inspector));
    }

    /// <summary>Begins to listen, with Petabridge's own palettes beside ours.</summary>
    public static void Start(ActorSystem system, Inspector inspector)
    {
        var host = PetabridgeCmd.Get(system);
        host.RegisterCommandPalette(new PbmPalette(inspector));
        host.RegisterCommandPalette(ClusterCommands.Instance);
        host.RegisterCommandPalette(ClusterShardingCommands.Instance);
        host.RegisterCommandPalette(new RemoteCommands());
        host.Start();
    }

    public static string NameOf(InspectionCommand command) => command.Name.Replace(' ', '-');

    public static string NameOf(InspectionArgument argument) => argument.Name.ToLowerInvariant();

    private static CommandDefinition Define(InspectionCommand command)
    {
        var builder = new CommandDefinitionBuilder().WithName(NameOf(command)).WithDescription(command.Help);
        foreach (var argument in command.Arguments)
        {
            var name = NameOf(argument);
            builder = builder.WithArgument(built =>
                built.WithName(name).WithDescription(argument.Help).WithSwitch("-" + name).WithSwitch("--" + name).IsMandatory(argument.Required)
            );
        }
        return builder.Build();
    }
}

/// <summary>Answers each command by a child of its own, so that a slow one holds up no other.</summary>
internal sealed class PbmCommands : CommandHandlerActor
{
    public PbmCommands(Inspector inspector)
        : base(PbmPalette.Commands)
    {
        foreach (var known in Vocabulary.Commands)
        {
            Process(
                PbmPalette.NameOf(known),
                (command, given) =>
                {
                    string[] words =
                    [
                        .. known.Name.Split(' '),
                        .. known.Arguments.Select(argument => given.ArgumentValues(PbmPalette.NameOf(argument)).FirstOrDefault()).OfType<string>(),
                    ];
                    var asker = Sender;
                    Context.ActorOf(Props.Create(() => new PbmAnswer(inspector, words, asker)));
                }
            );
        }
    }
}

/// <summary>One answer: aligned rows, or line by line for a command without an end, until the client goes.</summary>
internal sealed class PbmAnswer : ReceiveActor
{
    private readonly CancellationTokenSource _stop = new();

    public PbmAnswer(Inspector inspector, string[] words, IActorRef asker)
    {
        Context.Watch(asker);
        Receive<Terminated>(_ => Context.Stop(Self));
        Receive<Ended>(_ => Context.Stop(Self));
        _ = AnswerAsync(inspector, words, asker, Self, _stop.Token);
    }

    protected override void PostStop()
    {
        _stop.Cancel();
        base.PostStop();
    }

    private static async Task AnswerAsync(Inspector inspector, string[] words, IActorRef asker, IActorRef self, CancellationToken cancel)
    {
        try
        {
            var (command, arguments) = Vocabulary.Parse(words);
            (arguments.Who, arguments.From) = ("pbm", "Petabridge.Cmd");
            var text = new RowText(command.Columns);
            var rows = new List<InspectionItem>();
            await foreach (var item in inspector.RunAsync(command, arguments, cancel).ConfigureAwait(false))
            {
                if (command.Endless && item.Note.Length == 0)
                    asker.Tell(new CommandResponse(text.Line(item.Cells), false), self);
                else
                    rows.Add(item);
            }
            foreach (var item in rows.Where(item => item.Note.Length == 0))
                text.Fit(item.Cells);
            var lines = new StringBuilder(text.Header);
            foreach (var item in rows)
                lines.Append('\n').Append(item.Note.Length > 0 ? item.Note : text.Line(item.Cells));
            asker.Tell(new CommandResponse(lines.ToString()), self);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested) { }
        catch (Exception failure)
        {
            // Whatever went wrong is the client's to know; the guard goes on.
            asker.Tell(new ErroredCommandResponse(failure.Message), self);
        }
        self.Tell(new Ended());
    }

    private sealed record Ended : INoSerializationVerificationNeeded;
}
