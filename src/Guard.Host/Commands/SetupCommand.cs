using System.CommandLine;
using Guard.Host.Configuration;
using Guard.Host.Platform;
using Guard.Host.Running.Setup;

namespace Guard.Host.Commands;

/// <summary>
/// <c>accountguard setup</c>: looks at the machine, says what it found and proposes, and writes what guard and helper read into files of their own beside their
/// configuration, which includes them; with <c>--mail-server</c> the lines of the mail servers as well.
/// </summary>
internal static class SetupCommand
{
    public static Command Create()
    {
        var yes = new Option<bool>("--yes") { Description = "Write without a question." };
        var print = new Option<bool>("--print") { Description = "Show what would be written, and write nothing." };
        var undo = new Option<bool>("--undo") { Description = "Take back what setup wrote, of the mail server's files as well." };
        var mail = new Option<bool>("--mail-server")
        {
            Description =
                "Also let Postfix, Sendmail, Exim and Dovecot ask the guard and heed its locks: what was before is kept, and what they do not take is taken back.",
        };
        var command = new Command("setup", "Find this machine's mail servers and logs, and let the guard read them; for example accountguard setup --yes.")
        {
            yes,
            print,
            undo,
            mail,
        };
        command.SetAction(
            (result, cancellation) =>
                RunAsync(
                    new MachineFiles("/"),
                    new SetupWishes(result.GetValue(yes), result.GetValue(print), result.GetValue(undo), result.GetValue(mail)),
                    new ProcessRunner(),
                    cancellation
                )
        );
        return command;
    }

    /// <param name="Mail">The mail server's own files too.</param>
    internal sealed record SetupWishes(bool Yes, bool Print = false, bool Undo = false, bool Mail = false);

    internal static async Task<int> RunAsync(MachineFiles machine, SetupWishes wishes, IProcessRunner runner, CancellationToken cancellation)
    {
        var mail = new MailServerSetup(machine, runner);
        try
        {
            return wishes.Undo
                ? await UndoAsync(machine, mail, runner, cancellation).ConfigureAwait(false)
                : await ProposeAsync(machine, wishes, mail, runner, cancellation).ConfigureAwait(false);
        }
        catch (EnforcementException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message).ConfigureAwait(false);
            return 1;
        }
    }

    private static async Task<int> ProposeAsync(
        MachineFiles machine,
        SetupWishes wishes,
        MailServerSetup mail,
        IProcessRunner runner,
        CancellationToken cancellation
    )
    {
        var settings = GuardConfiguration.Load(machine.At(GuardConfiguration.Installed)).Settings;
        var found = FoundMachine.Look(machine) with { ChosenDomain = ChosenDomain(machine, settings) };
        foreach (var line in found.Words())
            Console.Out.WriteLine(line);
        var inline = settings?.Inline;
        var plan = wishes.Mail || mail.IsApplied ? await mail.PlanAsync(found, inline, cancellation).ConfigureAwait(false) : MailServerPlan.Nothing;
        (string File, string Text, UnixFileMode Mode)[] files =
        [
            (ProposedSetup.File, ProposedSetup.Of(found, plan.MapType, plan.Dovecot is not null), AtomicFile.ForAll),
            (ProposedSetup.HelperFile, ProposedSetup.HelperOf(found, plan.MapType, plan.Dovecot is not null), UnixFileMode.UserRead | UnixFileMode.UserWrite),
        ];
        if (wishes.Print || !wishes.Yes)
        {
            foreach (var (file, text, _) in files)
                Console.Out.Write($"# {file}:\n{text}");
            foreach (var line in mail.Words(found, plan))
                Console.Out.WriteLine(line);
        }
        if (wishes.Print || !wishes.Yes && !Agreed())
            return 0;
        if (!Path.Exists(machine.At(GuardConfiguration.Installed)))
        {
            Console.Error.WriteLine($"there is no {GuardConfiguration.Installed}: install a package first");
            return 1;
        }
        // First the mail servers: a lock that they do not heed yet is not to be promised.
        await foreach (var line in mail.ApplyAsync(plan, cancellation).ConfigureAwait(false))
            Console.Out.WriteLine(line);
        var code = 0;
        if (!Write(machine, files, out var written, out var faults))
            return ConfigurationMistakes.Refuse(faults, Console.Error);
        if (!written)
            Console.Out.WriteLine($"{ProposedSetup.File} is as it should be");
        else
            code = await RestartAsync(runner, cancellation).ConfigureAwait(false);
        if (!wishes.Mail && !mail.IsApplied && found.HasMailServer)
            Console.Out.WriteLine("Next: accountguard setup --mail-server lets the mail server ask the guard and heed its locks; --print only shows the lines");
        return code;
    }

    /// <summary>The domain of names that have none, where the admin said another than setup did: the helper, which reads files of its own, has to know it too.</summary>
    internal static string ChosenDomain(MachineFiles machine, GuardSettings? settings)
    {
        if (settings is null)
            return "";
        var setup = machine.Has(ProposedSetup.File) ? GuardConfiguration.Load(machine.At(ProposedSetup.File)).Settings?.Logs.DefaultDomain : null;
        var domain = settings.Logs.DefaultDomain;
        return domain == (setup ?? LogIntakeSettings.NoDomain) ? "" : domain;
    }

    /// <summary>Writes what differs; takes it back where the guard would not take it.</summary>
    private static bool Write(
        MachineFiles machine,
        IReadOnlyList<(string File, string Text, UnixFileMode Mode)> files,
        out bool written,
        out IReadOnlyList<ConfigurationFault> faults
    )
    {
        var before = files.Select(one => machine.Has(one.File) ? System.IO.File.ReadAllText(machine.At(one.File)) : null).ToArray();
        written = false;
        faults = [];
        for (var i = 0; i < files.Count; i++)
        {
            if (before[i] == files[i].Text)
                continue;
            written = true;
            AtomicFile.Write(machine.At(files[i].File), files[i].Text, files[i].Mode);
        }
        if (!written)
            return true;
        foreach (var conf in new[] { GuardConfiguration.Installed, HelperCommand.UsualSettings }.Where(machine.Has))
        {
            if (GuardConfiguration.Load(machine.At(conf)) is not { Settings: null } wrong)
                continue;
            for (var i = 0; i < files.Count; i++)
                AtomicFile.Write(machine.At(files[i].File), before[i] ?? "", files[i].Mode);
            faults = [.. wrong.Faults];
            return false;
        }
        Console.Out.WriteLine($"wrote {string.Join(" and ", files.Select(one => one.File))}; accountguard setup --undo takes all of it back");
        return true;
    }

    private static bool Agreed()
    {
        if (Console.IsInputRedirected)
        {
            Console.Out.WriteLine("--yes writes it");
            return false;
        }
        Console.Out.Write("Write this? [y/N] ");
        return Console.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    private static async Task<int> UndoAsync(MachineFiles machine, MailServerSetup mail, IProcessRunner runner, CancellationToken cancellation)
    {
        var files = new[] { ProposedSetup.File, ProposedSetup.HelperFile }
            .Select(machine.At)
            .Where(file => Path.Exists(file) && new FileInfo(file).Length > 0)
            .ToArray();
        if (files.Length == 0 && !mail.IsApplied)
        {
            Console.Out.WriteLine("setup has written nothing");
            return 0;
        }
        await foreach (var line in mail.UndoAsync(cancellation).ConfigureAwait(false))
            Console.Out.WriteLine(line);
        foreach (var file in files)
        {
            // Empty and not gone: the configuration includes it.
            await System.IO.File.WriteAllTextAsync(file, "", cancellation).ConfigureAwait(false);
            Console.Out.WriteLine($"{file} is empty again");
        }
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
            .Run(
                new ProcessRequest("systemctl", "try-restart", "accountguard-helper.service", "accountguard.service") { Timeout = TimeSpan.FromMinutes(6) },
                cancellation
            )
            .ConfigureAwait(false);
        if (outcome.Succeeded)
            return 0;
        Console.Error.WriteLine($"the guard did not start again: {outcome.Complaint}; journalctl -u accountguard says why");
        return 1;
    }
}
