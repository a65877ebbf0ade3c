using System.CommandLine;
using System.Globalization;
using Guard.Host.Intake;
using Guard.Host.Migration;
using Guard.Host.Platform;

namespace Guard.Host.Commands;

/// <summary><c>accountguard migrate</c>: takes the journal, its tags and the snapshots from one database to another, with the guard stopped.</summary>
public static class MigrateCommand
{
    private const int Page = 5000;

    public static Command Create(Option<string> format)
    {
        var from = new Option<string>("--from") { Description = "sqlite:FILE or postgres:CONNECTION STRING", Required = true };
        var to = new Option<string[]>("--to")
        {
            Description =
                "An empty database: postgres:CONNECTION STRING or sqlite:FILE; several times for a journal over several PostgreSQL servers, in their order",
            Required = true,
        };
        var command = new Command(
            "migrate",
            "Copy a stopped guard's journal and snapshots into another database, and compare them there. Begun again after an interruption, it goes on."
        )
        {
            from,
            to,
            format,
        };
        command.SetAction(
            (result, cancellation) =>
                RunAsync(result.GetValue(from)!, result.GetValue(to)!, Console.Out, Console.Error, cancellation, result.GetValue(format) == "json")
        );
        return command;
    }

    /// <summary>0: copied and the same; 1: not; 2: bad usage.</summary>
    /// <param name="to">More than one: the databases over which the journal is parted.</param>
    public static async Task<int> RunAsync(
        string from,
        IReadOnlyList<string> to,
        TextWriter output,
        TextWriter errors,
        CancellationToken cancellation,
        bool json = false
    )
    {
        if (Open(from, true) is not { } source || Open(to) is not { } target)
        {
            await errors
                .WriteLineAsync("--from and --to are sqlite:FILE (which exists, for --from) or postgres:CONNECTION STRING; several --to are all PostgreSQL's")
                .ConfigureAwait(false);
            return 2;
        }
        await using (source)
        await using (target)
        {
            try
            {
                using var alone = DataOwnership.Take(
                    "migrate",
                    to.Prepend(from).Where(IsFile).Select(place => DataOwnership.DirectoryOf(place["sqlite:".Length..]))
                );
                if (to.Count > 1)
                    await PostgresParts.ClaimAsync([.. to.Select(place => place["postgres:".Length..])], Serilog.Core.Logger.None).ConfigureAwait(false);
                var report = await new StoredCopy(
                    source,
                    IsFile(from) ? Path.GetFullPath(from["sqlite:".Length..]) : "postgres",
                    target,
                    Page,
                    errors.WriteLine,
                    new LongWork(errors, !Console.IsErrorRedirected)
                )
                    .RunAsync(cancellation)
                    .ConfigureAwait(false);
                OutputFormat.Write(
                    output,
                    json,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{report.Events:N0} events of {report.Entities:N0} entities, {report.Snapshots:N0} snapshots and {report.Tags:N0} tags are there, the same byte by byte{(report.Resumed ? "; begun earlier and finished now" : "")}. Set persistence.engine, and start the guard with the same data-directory"
                    ),
                    report
                );
                return 0;
            }
            catch (DirectoryInUseException taken)
            {
                await errors.WriteLineAsync(taken.Message).ConfigureAwait(false);
                return 1;
            }
            catch (MigrationException failure)
            {
                await errors.WriteLineAsync(failure.Message).ConfigureAwait(false);
                return 1;
            }
            catch (Exception failure) when (failure is System.Data.Common.DbException or IOException or OperationCanceledException)
            {
                await errors.WriteLineAsync($"{failure.Message}; run it again, it goes on where it was").ConfigureAwait(false);
                return 1;
            }
        }
    }

    private static bool IsFile(string place) => place.StartsWith("sqlite:", StringComparison.Ordinal);

    private static IStoredTables? Open(IReadOnlyList<string> places) =>
        places is [var only] ? Open(only, false)
        : places.All(place => place.StartsWith("postgres:", StringComparison.Ordinal) && place.Length > "postgres:".Length)
            ? new PartedStoredTables([.. places.Select(place => Open(place, false)!)])
        : null;

    private static IStoredTables? Open(string place, bool exists) =>
        place.Split(':', 2) switch
        {
            ["sqlite", { Length: > 0 } file] when !exists || File.Exists(file) => new SqliteStoredTables(file),
            ["postgres", { Length: > 0 } connection] => new PostgresStoredTables(connection),
            _ => null,
        };
}
