using System.CommandLine;
using Guard.Host.Configuration;
using Guard.Host.Platform;
using Microsoft.Data.Sqlite;

namespace Guard.Host.Commands;

/// <summary>
/// <c>accountguard backup</c>: copies checkpoints and database of a running guard. The checkpoints go first: a database that is newer than they are only sees
/// some lines again and knows them, one that is older would miss what was acknowledged in between.
/// </summary>
public static class BackupCommand
{
    public static Command Create(Option<string?> config, Option<string[]> set, Func<string[]?, Dictionary<string, string>> sets)
    {
        var directory = new Argument<string>("DIRECTORY") { Description = "A directory that does not exist yet." };
        var command = new Command("backup", "Copy checkpoints and database of a guard, which may be running (with PostgreSQL: the checkpoints; then pg_dump).")
        {
            directory,
            config,
            set,
        };
        command.SetAction(result => Run(result.GetValue(config), sets(result.GetValue(set)), result.GetValue(directory)!, Console.Out, Console.Error));
        return command;
    }

    /// <summary>0: copied; 1: not; 2: bad usage or configuration.</summary>
    public static int Run(string? config, IReadOnlyDictionary<string, string> sets, string directory, TextWriter output, TextWriter errors)
    {
        var loaded = GuardConfiguration.Load(config, sets);
        if (loaded.Settings is not { } settings)
            return CheckConfigCommand.Refuse(loaded.Faults, errors);
        try
        {
            if (Directory.Exists(directory))
            {
                errors.WriteLine($"{directory} is there already");
                return 2;
            }
            Directory.CreateDirectory(Path.Combine(directory, "intake"));
            foreach (var checkpoint in Directory.Exists(Intake(settings)) ? Directory.GetFiles(Intake(settings), "*.checkpoint") : [])
                File.Copy(checkpoint, Path.Combine(directory, "intake", Path.GetFileName(checkpoint)));
            if (settings.Persistence.OnPostgres)
            {
                LastBackup.Note(settings.DataDirectory, DateTimeOffset.UtcNow);
                output.WriteLine($"The checkpoints are in {directory}. Now dump the database: pg_dump -Fc …");
                return 0;
            }
            var target = Path.Combine(directory, "accountguard.db");
            using var from = new SqliteConnection($"Data Source={settings.Persistence.SqliteFile};Pooling=False;Mode=ReadWrite");
            using var to = new SqliteConnection($"Data Source={target};Pooling=False");
            from.Open();
            to.Open();
            from.BackupDatabase(to);
            using var check = to.CreateCommand();
            check.CommandText = "PRAGMA integrity_check";
            if (check.ExecuteScalar() is not "ok")
                throw new IOException("the copy is damaged");
            LastBackup.Note(settings.DataDirectory, DateTimeOffset.UtcNow);
            output.WriteLine($"{target} is whole. To restore: stop the guard, put both back into its data directory");
            return 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or SqliteException)
        {
            errors.WriteLine(Failures.Say(failure, settings));
            return 1;
        }
    }

    private static string Intake(GuardSettings settings) => Path.Combine(settings.DataDirectory, "intake");
}
