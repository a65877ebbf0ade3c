using System.CommandLine;
using System.Globalization;
using Guard.Host.Configuration;
using Guard.Host.Migration;
using Guard.Host.Platform;
using Microsoft.Data.Sqlite;

namespace Guard.Host.Commands;

/// <summary><c>accountguard restore</c>: puts back what <c>accountguard backup</c> copied, with the guard's user as its owner. The guard must not be running.</summary>
public static class RestoreCommand
{
    public static Command Create(Option<string?> config, Option<string[]> set, Func<string[]?, Dictionary<string, string>> sets)
    {
        var directory = new Argument<string>("DIRECTORY") { Description = "What accountguard backup made." };
        var configuration = new Option<bool>("--configuration")
        {
            Description = "Put back /etc/accountguard too, with owners and modes; what is there now is kept beside it.",
        };
        var command = new Command(
            "restore",
            "Put back what accountguard backup copied; what is there now is kept beside the data directory. The guard must not be running."
        )
        {
            directory,
            configuration,
            config,
            set,
        };
        command.SetAction(result =>
            Run(
                result.GetValue(config),
                sets(result.GetValue(set)),
                result.GetValue(directory)!,
                Console.Out,
                Console.Error,
                result.GetValue(configuration) ? Path.GetDirectoryName(GuardConfiguration.Installed) : null
            )
        );
        return command;
    }

    /// <summary>0: put back; 1: not; 2: bad usage or configuration.</summary>
    /// <param name="into">The directory of the configuration, which is put back too; null: it is not.</param>
    public static int Run(string? config, IReadOnlyDictionary<string, string> sets, string directory, TextWriter output, TextWriter errors, string? into = null)
    {
        // The copy's own configuration says where the copy's data belong.
        var copied = Path.Combine(directory, DataCopy.Settings, Path.GetFileName(GuardConfiguration.Installed));
        if (into is not null && config is null && File.Exists(copied))
            config = copied;
        var loaded = GuardConfiguration.Load(config, sets);
        if (loaded.Settings is not { } settings)
            return ConfigurationMistakes.Refuse(loaded.Faults, errors);
        if (!Directory.Exists(directory))
        {
            errors.WriteLine($"{directory} is not there");
            return 2;
        }
        try
        {
            var data = Path.TrimEndingDirectorySeparator(Path.GetFullPath(settings.DataDirectory));
            if (IsWithin(data, directory) || (into is not null && !Directory.Exists(Path.Combine(directory, DataCopy.Settings))))
            {
                errors.WriteLine(
                    IsWithin(data, directory)
                        ? $"data-directory {data} would lie within the copy: name it with --set accountguard.data-directory=…"
                        : $"{directory} has no configuration: restore without --configuration"
                );
                return 2;
            }
            using var owned = DataOwnership.Take(settings, "restore", errors.WriteLine);
            // Whoever the directory belongs to has to be able to take the lock next.
            FileOwner.Copy(data, Path.Combine(data, DirectoryLock.FileName));
            var ending = $".before-{DateTimeOffset.UtcNow.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}";
            var former = data + ending;
            var put = DataCopy.PutBack(settings, directory, former);
            output.WriteLine($"put back into {data}: {string.Join(", ", put)}");
            output.WriteLine($"What was there before is in {former}. Now start the guard");
            if (into is not null)
            {
                into = Path.TrimEndingDirectorySeparator(Path.GetFullPath(into));
                DataCopy.PutBackSettings(directory, into, into + ending);
                output.WriteLine($"put back into {into}: the configuration. What was there before is in {into + ending}");
            }
            else if (Directory.Exists(Path.Combine(directory, DataCopy.Settings)))
                output.WriteLine(
                    $"Configuration is not put back (--configuration does): compare {Path.Combine(directory, DataCopy.Settings)} with {Path.GetDirectoryName(GuardConfiguration.Installed)}"
                );
            return 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or SqliteException or StartException)
        {
            errors.WriteLine(Failures.Say(failure, settings));
            return 1;
        }
    }

    private static bool IsWithin(string path, string directory) => !Path.GetRelativePath(directory, path).StartsWith("..", StringComparison.Ordinal);
}
