using System.Reflection;
using System.Runtime.Loader;
using Akka.Actor;
using Akka.Configuration;
using Guard.Host.Inspection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace Guard.Host.Tests.Inspection.Petabridge;

/// <summary>
/// The adapter for Petabridge's <c>pbm</c>, whose packages cannot be restored here: compiled against a stand-in of their documented surface, and asked through
/// it. That the real packages behave as the stand-in is not shown.
/// </summary>
public sealed class PaletteSpecs
{
    private static readonly string Adapter = Path.Combine(Repository.Root, "src", "Guard.Host", "Inspection", "PbmPalette.cs");
    private static readonly string StandIn = Path.Combine(Repository.Root, "tests", "Guard.Host.Tests", "Inspection", "Petabridge", "StandIn.cs");

    private static readonly Lazy<Assembly> Compiled = new(Compile);

    private static Assembly Compile()
    {
        // What the SDK's implicit usings give to the adapter's project.
        const string Implicit =
            "global using System; global using System.Collections.Generic; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;";
        var options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Latest);
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(File.Exists)
            .Select(file => MetadataReference.CreateFromFile(file));
        var compilation = CSharpCompilation.Create(
            "Guard.Inspection.Petabridge",
            [.. new[] { Implicit, File.ReadAllText(Adapter), File.ReadAllText(StandIn) }.Select(text => CSharpSyntaxTree.ParseText(text, options))],
            references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable)
            // Akka was built for an older runtime; the SDK leaves these out too.
            .WithSpecificDiagnosticOptions([new("CS1701", ReportDiagnostic.Suppress), new("CS1702", ReportDiagnostic.Suppress)])
        );
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics.Where(found => found.Severity >= DiagnosticSeverity.Warning)));
        Assert.Empty(result.Diagnostics.Where(found => found.Severity == DiagnosticSeverity.Warning));
        image.Position = 0;
        return new AssemblyLoadContext("petabridge").LoadFromStream(image);
    }

    [Fact]
    public void It_is_thin() => Assert.InRange(File.ReadAllLines(Adapter).Length, 1, 150);

    [Fact]
    public void It_defines_every_command_of_the_vocabulary_with_its_arguments_and_help()
    {
        dynamic palette = Compiled.Value.GetType("Guard.Host.Inspection.PbmPalette")!.GetField("Commands")!.GetValue(null)!;
        Assert.Equal("guard", (string)palette.ModuleName);
        var defined = new List<(string, string, string)>();
        foreach (var command in palette.Commands)
        {
            var arguments = new List<string>();
            foreach (var argument in command.Arguments)
                arguments.Add($"{argument.Name}{(argument.Mandatory ? "!" : "")}");
            defined.Add(((string)command.Name, (string)command.Description, string.Join(' ', arguments)));
        }
        Assert.Equal(
            Vocabulary.Commands.Select(command =>
                (
                    command.Name.Replace(' ', '-'),
                    command.Help,
                    string.Join(' ', command.Arguments.Select(argument => argument.Name.ToLowerInvariant() + (argument.Required ? "!" : "")))
                )
            ),
            defined
        );
    }

    [Fact]
    public async Task A_command_without_what_it_needs_is_answered_with_what_is_missing()
    {
        var system = ActorSystem.Create("pbm", ConfigurationFactory.ParseString("akka.loglevel = OFF"));
        var answer = new TaskCompletionSource<object>();
        var asker = system.ActorOf(Props.Create(() => new Asker(answer)));
        // A slip of the finger is found before the node is asked.
        var handler = system.ActorOf(Props.Create(Compiled.Value.GetType("Guard.Host.Inspection.PbmCommands")!, new Inspector(null!)));
        var command = Activator.CreateInstance(Compiled.Value.GetType("Petabridge.Cmd.Command")!, "user-lock", Array.Empty<Tuple<string, string>>())!;
        handler.Tell(command, asker);
        dynamic said = await answer.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.Equal("ErroredCommandResponse", said.GetType().Name);
        Assert.Equal("USER is missing: user lock USER [FOR] [GRADE] [REASON]", (string)said.Message);
        await system.Terminate();
    }

    private sealed class Asker : UntypedActor
    {
        private readonly TaskCompletionSource<object> _answer;

        public Asker(TaskCompletionSource<object> answer)
        {
            _answer = answer;
        }

        protected override void OnReceive(object message) => _answer.TrySetResult(message);
    }
}
