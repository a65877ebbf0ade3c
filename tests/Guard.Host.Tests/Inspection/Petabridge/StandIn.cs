// A stand-in for as much of Petabridge.Cmd 1.4 as its documentation (cmd.petabridge.com, articles "Creating Custom Commands" and "Install") and the public
// samples of its makers show, and as the adapter uses. The test compiles the adapter against it; it is no part of any program. What the packages really have
// may differ where the documentation does not say.
using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor;

namespace Petabridge.Cmd
{
    public sealed class CommandDefinition
    {
        public CommandDefinition(string name, string description, IReadOnlyList<ArgumentDefinition> arguments)
        {
            (Name, Description, Arguments) = (name, description, arguments);
        }

        public string Name { get; }

        public string Description { get; }

        public IReadOnlyList<ArgumentDefinition> Arguments { get; }
    }

    public sealed class ArgumentDefinition
    {
        public string Name { get; set; } = "";

        public bool Mandatory { get; set; }

        public List<string> Switch { get; } = new();
    }

    public sealed class ArgumentBuilder
    {
        public ArgumentDefinition Argument { get; } = new();

        public ArgumentBuilder WithName(string name)
        {
            Argument.Name = name;
            return this;
        }

        public ArgumentBuilder WithDescription(string description) => this;

        public ArgumentBuilder WithSwitch(string option)
        {
            Argument.Switch.Add(option);
            return this;
        }

        public ArgumentBuilder IsMandatory(bool mandatory)
        {
            Argument.Mandatory = mandatory;
            return this;
        }
    }

    public sealed class CommandDefinitionBuilder
    {
        private readonly List<ArgumentDefinition> _arguments = new();
        private string _name = "";
        private string _description = "";

        public CommandDefinitionBuilder WithName(string name)
        {
            _name = name;
            return this;
        }

        public CommandDefinitionBuilder WithDescription(string description)
        {
            _description = description;
            return this;
        }

        public CommandDefinitionBuilder WithArgument(Func<ArgumentBuilder, ArgumentBuilder> build)
        {
            _arguments.Add(build(new ArgumentBuilder()).Argument);
            return this;
        }

        public CommandDefinition Build() => new(_name, _description, _arguments);
    }

    public sealed class CommandPalette
    {
        public CommandPalette(string moduleName, IEnumerable<CommandDefinition> commands)
        {
            (ModuleName, Commands) = (moduleName, commands.ToArray());
        }

        public string ModuleName { get; }

        public IReadOnlyList<CommandDefinition> Commands { get; }
    }

    public sealed class Command
    {
        public Command(string name, IReadOnlyList<Tuple<string, string>> arguments)
        {
            (Name, Arguments) = (name, arguments);
        }

        public string Name { get; }

        public IReadOnlyList<Tuple<string, string>> Arguments { get; }
    }

    public interface ICommandArguments
    {
        IEnumerable<string> ArgumentValues(string name);
    }

    public class CommandResponse
    {
        public CommandResponse(string message, bool final = true)
        {
            (Message, Final) = (message, final);
        }

        public string Message { get; }

        public bool Final { get; }
    }

    public sealed class ErroredCommandResponse : CommandResponse
    {
        public ErroredCommandResponse(string message, bool final = true)
            : base(message, final) { }
    }
}

namespace Petabridge.Cmd.Host
{
    public abstract class CommandPaletteHandler
    {
        protected CommandPaletteHandler(CommandPalette palette)
        {
            Palette = palette;
        }

        public CommandPalette Palette { get; }

        public Props HandlerProps { get; protected set; } = Props.Empty;
    }

    public abstract class CommandHandlerActor : ReceiveActor
    {
        private readonly Dictionary<string, Action<Command, ICommandArguments>> _handlers = new();

        protected CommandHandlerActor(CommandPalette palette)
        {
            Receive<Command>(command => _handlers[command.Name](command, new Given(palette.Commands.Single(one => one.Name == command.Name), command)));
        }

        protected void Process(string commandName, Action<Command, ICommandArguments> handler) => _handlers.Add(commandName, handler);

        private sealed class Given : ICommandArguments
        {
            private readonly CommandDefinition _definition;
            private readonly Command _command;

            public Given(CommandDefinition definition, Command command)
            {
                (_definition, _command) = (definition, command);
            }

            public IEnumerable<string> ArgumentValues(string name) =>
                _command
                    .Arguments.Where(argument => _definition.Arguments.Single(one => one.Name == name).Switch.Contains(argument.Item1))
                    .Select(argument => argument.Item2);
        }
    }

    public sealed class PetabridgeCmd
    {
        public static PetabridgeCmd Get(ActorSystem system) => new();

        public void RegisterCommandPalette(CommandPaletteHandler handler) { }

        public void Start() { }
    }

    public sealed class EmptyPalette : CommandPaletteHandler
    {
        public EmptyPalette(string name)
            : base(new CommandPalette(name, Array.Empty<CommandDefinition>())) { }
    }
}

namespace Petabridge.Cmd.Cluster
{
    using Petabridge.Cmd.Host;

    public static class ClusterCommands
    {
        public static CommandPaletteHandler Instance { get; } = new EmptyPalette("cluster");
    }
}

namespace Petabridge.Cmd.Cluster.Sharding
{
    using Petabridge.Cmd.Host;

    public static class ClusterShardingCommands
    {
        public static CommandPaletteHandler Instance { get; } = new EmptyPalette("cluster-sharding");
    }
}

namespace Petabridge.Cmd.Remote
{
    using Petabridge.Cmd.Host;

    public sealed class RemoteCommands : CommandPaletteHandler
    {
        public RemoteCommands()
            : base(new CommandPalette("remote", Array.Empty<CommandDefinition>())) { }
    }
}
