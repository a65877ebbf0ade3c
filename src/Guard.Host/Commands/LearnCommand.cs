using System.Diagnostics;
using System.Security.Cryptography;
using Akka.Actor;
using Guard.Host.Configuration;
using Guard.Host.Doctor;
using Guard.Host.Intake;
using Guard.Host.Intake.Files;
using Guard.Host.Intake.Journal;
using Guard.Host.Platform;
using Guard.Host.Replay;
using Guard.Host.Running;
using Guard.Host.Texts;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Users;
using Serilog;

namespace Guard.Host.Commands;

/// <summary>
/// <c>accountguard learn</c>: takes a server's old logs into the journal, so that a new installation starts with learned baselines. A file is known again
/// by its beginning: a second run, also after a kill, goes on where the first one was and counts nothing twice.
/// </summary>
public static class LearnCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private const int ChunkSize = 4096;
    private const int OpenChunks = 8;
    private const int Beginning = 4096;

    public static async Task<int> RunAsync(
        string? config,
        IReadOnlyDictionary<string, string> sets,
        bool json,
        IReadOnlyList<string> files,
        CancellationToken cancellation
    )
    {
        var loaded = GuardConfiguration.Load(config, sets);
        if (loaded.Settings is not { } settings)
            return ConfigurationMistakes.Refuse(loaded.Faults, Console.Error);
        try
        {
            if (files.Contains("-"))
                throw new LogFileException("learn reads files, so that it can go on after an interruption");
            if (
                files.FirstOrDefault(file =>
                    settings.Logs.Files.Any(followed =>
                        Path.GetFullPath(followed) == Path.GetFullPath(file)
                        || (LogPattern.Names(followed) && new LogPattern(followed).Fits(Path.GetFullPath(file)))
                    )
                ) is
                { } twice
            )
                throw new LogFileException($"{twice} is followed by the guard (intake.logs.files) and would count twice; learn from the rotated ones");
            if (OwnUser.Of(settings.DataDirectory) is { } user)
                return await AsAsync(user, cancellation).ConfigureAwait(false);
            using var alone = DataOwnership.Take(settings, "learn", Console.Error.WriteLine);
            var input = ReplayInput.Open(settings, null, files);
            if (input.Files.FirstOrDefault(file => FileStatus.Of(file, out _) is { Kind: FileKind.Pipe }) is { } pipe)
                throw new LogFileException($"{pipe}: is a pipe; learn reads files, so that it can go on after an interruption");
            var learner = settings with
            {
                Logs = settings.Logs with { Files = [], FollowsLogClock = true },
                Inline = settings.Inline with { Policy = null, AuthPolicy = null, Milter = null },
                // The usual socket's directory is there while the service runs, and nobody else asks meanwhile.
                InspectionSocket = Path.Combine(settings.DataDirectory, "accountguard.sock"),
                InspectionGroup = "",
            };
            await using var quiet = LogLines.To(new LoggerConfiguration().MinimumLevel.Error().WriteTo, Serilog.Events.LogEventLevel.Verbose).CreateLogger();
            await using var node = await GuardNode.StartAsync(learner, loaded.Akka, quiet).ConfigureAwait(false);
            var learnt = await ReadAsync(node, settings.DataDirectory, input, cancellation).ConfigureAwait(false);
            OutputFormat.Write(
                Console.Out,
                json,
                string.Create(
                    System.Globalization.CultureInfo.InvariantCulture,
                    $"{learnt.Observations:N0} observations of {learnt.Accounts:N0} accounts were taken into the journal; accountguard run goes on from there{(learnt.Known > 0 ? $". {learnt.Known:N0} observations of {learnt.KnownAccounts:N0} accounts were left out: the journal has seen these accounts later" : "")}"
                ),
                learnt
            );
            return 0;
        }
        catch (LogFileException failure)
        {
            Console.Error.WriteLine(failure.Message);
            return 2;
        }
        catch (DirectoryInUseException taken)
        {
            Console.Error.WriteLine(
                $"""
                {taken.Message}. Learning needs the journal for itself; mail flows meanwhile, and what the guard has read is not counted again:
                  systemctl stop accountguard
                  accountguard {string.Join(' ', Environment.GetCommandLineArgs()[1..].Select(ShellWord.Of))}
                  systemctl start accountguard
                """
            );
            return 1;
        }
        catch (Exception refused) when (refused is StartException or UnauthorizedAccessException or FormatException)
        {
            Console.Error.WriteLine(Failures.Say(refused, settings));
            return 1;
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or TimeoutException)
        {
            Console.Error.WriteLine($"{Failures.Say(failure, settings)}; run it again, it goes on where it was");
            return 1;
        }
    }

    /// <summary>Root's learning would leave files that the guard cannot read: it goes on with the rights of the guard's own user.</summary>
    private static async Task<int> AsAsync(string user, CancellationToken cancellation)
    {
        using var own = Process.Start(new ProcessStartInfo("runuser", ["-u", user, "--", Environment.ProcessPath!, .. Environment.GetCommandLineArgs()[1..]]))!;
        await own.WaitForExitAsync(cancellation).ConfigureAwait(false);
        return own.ExitCode;
    }

    private static async Task<Learnt> ReadAsync(GuardNode node, string directory, ReplayInput input, CancellationToken cancellation)
    {
        using var known = new LearnedBefore(
            directory,
            async account =>
                (await node.Regions.Users.Ask<UserStatus>(new UserCommands.GetStatus(account), Patience, cancellation).ConfigureAwait(false)).LastSeen
        );
        using var credits = new SemaphoreSlim(OpenChunks);
        var source = node.System.ActorOf(SourceActor.Props(node.System, node.Regions.Users, credits), "learn");
        var progress = new ReplayProgress(Console.Error, !Console.IsErrorRedirected);
        progress.Begin(input.Files);
        var (accounts, knownAccounts) = (new HashSet<UserId>(), new HashSet<UserId>());
        var (observations, left) = (0L, 0L);
        long lines = 0;
        byte[]? joins = null;
        foreach (var file in input.Files)
        {
            var parser = input.Parser(SourceOf(file), file);
            if (joins is not null)
                parser.Restore(joins);
            using var stream = ReplayFiles.Open(file);
            var buffer = new LineBuffer();
            var chunk = new List<Observation>(ChunkSize);
            while (buffer.Fill(stream))
            {
                while (buffer.TryNext(out var line, out var offset))
                {
                    lines++;
                    var before = chunk.Count;
                    parser.Feed(line, 0, offset, chunk);
                    // What the guard follows of the journal later is known again.
                    if (chunk.Count > before && JournalPlace.Of(line) is { } place)
                        place.Mark(chunk, before);
                }
                if (chunk.Count >= ChunkSize)
                    chunk = await HandAsync(chunk).ConfigureAwait(false);
                progress.Tell(file, lines, ReplayFiles.TakenOf(stream));
            }
            if (buffer.TryLast(out var last, out var at))
                parser.Feed(last, 0, at, chunk);
            await HandAsync(chunk).ConfigureAwait(false);
            // A message may be spread over two files of a rotated set.
            joins = parser.Capture();
        }
        await source.Ask<Drained>(AwaitDrained.Instance, Timeout.InfiniteTimeSpan, cancellation).ConfigureAwait(false);
        progress.Done();
        known.Done();
        return new Learnt(observations, accounts.Count, left, knownAccounts.Count);

        async Task<List<Observation>> HandAsync(List<Observation> chunk)
        {
            var news = await known.NewsOfAsync(chunk).ConfigureAwait(false);
            observations += news.Count;
            left += chunk.Count - news.Count;
            foreach (var observation in news)
                accounts.Add(observation.User);
            if (news.Count < chunk.Count)
                knownAccounts.UnionWith(chunk.Except(news).Select(observation => observation.User));
            await credits.WaitAsync(cancellation).ConfigureAwait(false);
            source.Tell(new ChunkRead(news, null));
            return new List<Observation>(ChunkSize);
        }
    }

    /// <summary>The same text has the same name, whether it was rotated or packed meanwhile.</summary>
    private static string SourceOf(string file)
    {
        if (JournalFiles.Are(file))
            return "learn:" + file;
        using var stream = ReplayFiles.Open(file);
        var beginning = new byte[Beginning];
        var read = stream.ReadAtLeast(beginning, Beginning, throwOnEndOfStream: false);
        return "learn:" + Convert.ToHexStringLower(SHA256.HashData(beginning.AsSpan(0, read)))[..16];
    }

    /// <summary>What was learnt, and what was left out since the journal knows its accounts from later.</summary>
    private sealed record Learnt(long Observations, int Accounts, long Known, int KnownAccounts);
}
