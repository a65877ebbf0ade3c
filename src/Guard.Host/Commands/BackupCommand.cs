using System.CommandLine;
using Guard.Host.Configuration;
using Guard.Host.Migration;
using Guard.Host.Platform;
using Microsoft.Data.Sqlite;

namespace Guard.Host.Commands;

/// <summary><c>accountguard backup</c>: copies what a guard keeps, while it runs. <see cref="DataCopy"/> has the order.</summary>
public static class BackupCommand
{
    public static Command Create(Option<string?> config, Option<string[]> set, Option<string> format, Func<string[]?, Dictionary<string, string>> sets)
    {
        var directory = new Argument<string>("DIRECTORY") { Description = "A directory that does not exist yet." };
        var command = new Command(
            "backup",
            "Copy databases, keys, checkpoints, archive and configuration of a guard, which may be running (with PostgreSQL: all but its database; then pg_dump)."
        )
        {
            directory,
            config,
            set,
            format,
        };
        command.SetAction(result =>
            Run(result.GetValue(config), sets(result.GetValue(set)), result.GetValue(directory)!, Console.Out, Console.Error, result.GetValue(format) == "json")
        );
        return command;
    }

    /// <summary>0: copied; 1: not; 2: bad usage or configuration.</summary>
    public static int Run(string? config, IReadOnlyDictionary<string, string> sets, string directory, TextWriter output, TextWriter errors, bool json = false)
    {
        var loaded = GuardConfiguration.Load(config, sets);
        if (loaded.Settings is not { } settings)
            return ConfigurationMistakes.Refuse(loaded.Faults, errors);
        try
        {
            if (Directory.Exists(directory))
            {
                errors.WriteLine($"{directory} is there already");
                return 2;
            }
            var installed = Path.GetDirectoryName(GuardConfiguration.Installed)!;
            var work = new LongWork(errors, !Console.IsErrorRedirected);
            IReadOnlyList<string> copied;
            using (work.Watch("copying", () => DataCopy.SizeOf(directory), DataCopy.SizeOf(settings)))
                copied = DataCopy.Make(settings, directory, IsInstalled(config) ? installed : null);
            work.Done();
            LastBackup.Note(settings.DataDirectory, DateTimeOffset.UtcNow);
            var next = settings.Persistence.OnPostgres
                ? "Now dump the database with pg_dump"
                : $"Its databases are whole. To restore: stop the guard, then accountguard restore {directory}";
            OutputFormat.Write(output, json, $"copied into {directory}: {string.Join(", ", copied)}\n{next}", new { Directory = directory, Copied = copied });
            return 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or SqliteException)
        {
            errors.WriteLine(Failures.Say(failure, settings));
            return 1;
        }
    }

    /// <summary>A file that stands elsewhere may lie beside anything.</summary>
    private static bool IsInstalled(string? config) => config is null || Path.GetFullPath(config) == GuardConfiguration.Installed;
}
