using System.CommandLine;
using Guard.Host.Configuration;
using Guard.Host.Platform;
using Guard.Host.Running.Setup;

namespace Guard.Host.Commands;

/// <summary>
/// <c>accountguard setup</c>: looks at the machine, says what it found and proposes, and writes what the guard reads into a file of its own beside the
/// configuration, which includes it. The mail server's own files are left alone: their lines are in the guides.
/// </summary>
internal static class SetupCommand
{
    public static Command Create()
    {
        var yes = new Option<bool>("--yes") { Description = "Write without a question." };
        var print = new Option<bool>("--print") { Description = "Show what would be written, and write nothing." };
        var undo = new Option<bool>("--undo") { Description = "Take back what setup wrote." };
        var command = new Command("setup", "Find this machine's mail servers and logs, and let the guard read them; for example accountguard setup --yes.")
        {
            yes,
            print,
            undo,
        };
        command.SetAction(
            (result, cancellation) =>
                RunAsync(new MachineFiles("/"), result.GetValue(yes), result.GetValue(print), result.GetValue(undo), new ProcessRunner(), cancellation)
        );
        return command;
    }

    internal static async Task<int> RunAsync(MachineFiles machine, bool yes, bool print, bool undo, IProcessRunner runner, CancellationToken cancellation)
    {
        var file = machine.At(ProposedSetup.File);
        if (undo)
            return await UndoAsync(file, runner, cancellation).ConfigureAwait(false);
        var found = FoundMachine.Look(machine);
        foreach (var line in found.Words())
            Console.Out.WriteLine(line);
        var text = ProposedSetup.Of(found);
        if (print || !yes && !Agreed(text))
        {
            if (print)
                Console.Out.Write(text);
            return 0;
        }
        if (!Path.Exists(machine.At(GuardConfiguration.Installed)))
        {
            Console.Error.WriteLine($"there is no {GuardConfiguration.Installed}: install a package first");
            return 1;
        }
        if (Path.Exists(file) && await System.IO.File.ReadAllTextAsync(file, cancellation).ConfigureAwait(false) == text)
        {
            Console.Out.WriteLine($"{file} is as it should be");
            return 0;
        }
        var before = Path.Exists(file) ? await System.IO.File.ReadAllTextAsync(file, cancellation).ConfigureAwait(false) : null;
        await System.IO.File.WriteAllTextAsync(file, text, cancellation).ConfigureAwait(false);
        // No secrets are in it, and the guard's own user has to read it.
        System.IO.File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        if (GuardConfiguration.Load(machine.At(GuardConfiguration.Installed)) is { Settings: null } wrong)
        {
            if (before is null)
                System.IO.File.Delete(file);
            else
                await System.IO.File.WriteAllTextAsync(file, before, cancellation).ConfigureAwait(false);
            return CheckConfigCommand.Refuse(wrong.Faults, Console.Error);
        }
        Console.Out.WriteLine($"wrote {file}; accountguard setup --undo takes it back");
        return await RestartAsync(runner, cancellation).ConfigureAwait(false);
    }

    private static bool Agreed(string text)
    {
        Console.Out.Write(text);
        if (Console.IsInputRedirected)
        {
            Console.Out.WriteLine("--yes writes it");
            return false;
        }
        Console.Out.Write($"Write this to {ProposedSetup.File}? [y/N] ");
        return Console.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    private static async Task<int> UndoAsync(string file, IProcessRunner runner, CancellationToken cancellation)
    {
        if (!Path.Exists(file) || new FileInfo(file).Length == 0)
        {
            Console.Out.WriteLine("setup has written nothing");
            return 0;
        }
        // Empty and not gone: the configuration includes it.
        await System.IO.File.WriteAllTextAsync(file, "", cancellation).ConfigureAwait(false);
        Console.Out.WriteLine($"{file} is empty again");
        return await RestartAsync(runner, cancellation).ConfigureAwait(false);
    }

    /// <summary>What is read is looked at when the guard starts.</summary>
    private static async Task<int> RestartAsync(IProcessRunner runner, CancellationToken cancellation)
    {
        if (!Directory.Exists("/run/systemd/system"))
        {
            Console.Out.WriteLine("there is no systemd here: start the guard again yourself");
            return 0;
        }
        var outcome = await runner
            .Run(new ProcessRequest("systemctl", "try-restart", "accountguard.service") { Timeout = TimeSpan.FromMinutes(6) }, cancellation)
            .ConfigureAwait(false);
        if (outcome.Succeeded)
            return 0;
        Console.Error.WriteLine($"the guard did not start again: {outcome.Complaint}; journalctl -u accountguard says why");
        return 1;
    }
}
