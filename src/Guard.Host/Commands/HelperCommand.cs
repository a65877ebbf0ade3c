using System.CommandLine;
using System.Globalization;
using Guard.Host.Configuration;
using Guard.Host.Enforcement;
using Guard.Host.Enforcement.Helping;
using Guard.Host.Enforcement.LinuxAccount;
using Guard.Host.Enforcement.Locks;
using Guard.Host.Enforcement.Memory;
using Guard.Host.Intake;
using Guard.Host.Platform;
using Serilog;

namespace Guard.Host.Commands;

/// <summary>
/// <c>accountguard helper</c>: does with root's rights, for the daemon that has none, the few things that need them. It has a settings file of its own, starts
/// no actor system and opens no network port.
/// </summary>
public static class HelperCommand
{
    public const string UsualSettings = "/etc/accountguard/helper.conf";

    public const string Purpose = "Do what needs root's rights for a daemon that runs without them, on its fixed words only (docs/enforcement.md).";

    public static Command Create() => Fill(new Command("helper", Purpose));

    /// <summary>A command of the guard, or the whole of a program of its own (src/Guard.Helper).</summary>
    public static Command Fill(Command command)
    {
        var config = new Option<string>("--config")
        {
            Description = "The helper's own settings, HOCON; root's and writable by nobody else.",
            DefaultValueFactory = _ => UsualSettings,
        };
        command.Options.Add(config);
        command.SetAction((result, cancellation) => RunAsync(result.GetValue(config)!, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string config, CancellationToken cancellation)
    {
        if (OwnedByRoot.FaultOf(config) is { } fault)
            return await Refuse($"the settings are not trusted: {fault}").ConfigureAwait(false);
        var loaded = GuardConfiguration.Load(config, new Dictionary<string, string>());
        if (loaded.Settings is not { } settings)
            return ConfigurationMistakes.Refuse(loaded.Faults, Console.Error);
        var enforcement = settings.Enforcement;
        if (enforcement.Helper.Socket.Length == 0)
            return await Refuse("enforcement.helper.socket says where to listen, and is empty").ConfigureAwait(false);
        foreach (var path in new[] { enforcement.Locks.DovecotDenyFile, enforcement.Locks.PostfixAccessMap }.Where(File.Exists))
            if (OwnedByRoot.FaultOf(path) is { } unsafeFile)
                return await Refuse($"the table is not safe to write: {unsafeFile}").ConfigureAwait(false);
        await using var log = LogLines.To(new LoggerConfiguration().WriteTo).CreateLogger();
        var runner = new ProcessRunner();
        if (await UserOf(enforcement.Helper.User, runner, cancellation).ConfigureAwait(false) is not { } user)
            return await Refuse($"there is no user {enforcement.Helper.User} (enforcement.helper.user)").ConfigureAwait(false);
        using var alone = TryTake(settings, log, out var taken);
        if (alone is null)
            return await Refuse(taken).ConfigureAwait(false);
        var state = Path.Combine(settings.DataDirectory, "helper");
        Directory.CreateDirectory(state);
        if (MapFault(settings.Logs) is { } unreadable)
            return await Refuse(unreadable).ConfigureAwait(false);
        var backends = EnforcementBackends.Of(settings, runner, state);
        using var admins = new AdminAddresses();
        var watch = new HelperWatch(
            new ProtectedAccounts(enforcement.Locks.Protected, EnforcementBackends.LoginsOf(settings), runner),
            enforcement.Helper.PerMinute,
            new AdminAlarm(runner, enforcement.Helper.Tell, log, TimeProvider.System),
            TimeProvider.System
        );
        using var work = new HelperWork(
            backends,
            () => enforcement.Firewall.Policy with { Exempt = [.. enforcement.Firewall.Policy.Exempt, .. admins.Addresses] },
            watch,
            TimeProvider.System
        );
        try
        {
            await using var server = new HelperServer(
                HelperSocket.Listen(enforcement.Helper.Socket, user.Group),
                new HashSet<uint> { 0, user.User },
                work,
                log
            );
            work.Watch(why => log.Warning("What other programs do to the firewall is not noticed: {Why:l}", why));
            server.Start();
            log.Information("The helper obeys user {User} at {Socket:l}; {What:l}", user.User, enforcement.Helper.Socket, enforcement.Describe());
            await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return 0;
        }
        catch (IOException failure)
        {
            return await Refuse(failure.Message).ConfigureAwait(false);
        }
    }

    private static async Task<(uint User, uint Group)?> UserOf(string name, ProcessRunner runner, CancellationToken cancellation)
    {
        if (uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return (number, number);
        return await ShadowEntry.Passwd(runner, name, cancellation).ConfigureAwait(false) is { } passwd ? (passwd.Uid, passwd.Gid) : null;
    }

    private static string? MapFault(LogIntakeSettings settings)
    {
        try
        {
            _ = UserNames.MapOf(settings)?.Read();
            return null;
        }
        catch (FormatException unreadable)
        {
            return unreadable.Message;
        }
    }

    private static DataOwnership? TryTake(GuardSettings settings, Serilog.ILogger log, out string why)
    {
        why = "";
        try
        {
            var owned = DataOwnership.Take("helper", [settings.DataDirectory]);
            foreach (var told in PrivateFiles.Tighten(settings.DataDirectory))
                log.Warning("{Message:l}", told);
            return owned;
        }
        catch (IOException failure)
        {
            why = failure.Message;
            return null;
        }
    }

    private static async Task<int> Refuse(string why)
    {
        await Console.Error.WriteLineAsync(why).ConfigureAwait(false);
        return 2;
    }
}
