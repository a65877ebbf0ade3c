using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Guard.Host.Configuration;
using Guard.Host.Doctor;
using Guard.Host.Node.Health;
using Guard.Host.Platform;

namespace Guard.Host.Commands;

/// <summary>
/// <c>accountguard doctor</c>: checks from the outside whether what the configuration says does happen. Changes nothing, but with <c>--repair</c>. Exit 0 when
/// there is no fault, 1 when there is, 2 for a wrong configuration.
/// </summary>
public static class DoctorCommand
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static async Task<int> RunAsync(
        string? config,
        IReadOnlyDictionary<string, string> sets,
        string format,
        MailServerFiles files,
        TextWriter output,
        IProcessRunner runner,
        CancellationToken cancellation,
        bool repair = false,
        bool onlyFiles = false
    )
    {
        var loaded = GuardConfiguration.Load(config, sets);
        if (loaded.Settings is not { } settings)
            return ConfigurationMistakes.Refuse(loaded.Faults, Console.Error);
        var findings = onlyFiles
            ? [.. Files(settings, DateTimeOffset.UtcNow)]
            : await LookAsync(settings, config, sets, files, runner, repair, cancellation).ConfigureAwait(false);
        foreach (var warning in loaded.Warnings)
            findings.Insert(0, Finding.Warning("configuration", warning.ToString(), "see accountguard check-config"));
        var faults = findings.Count(finding => finding.Level == FindingLevel.Fault);
        var warnings = findings.Count(finding => finding.Level == FindingLevel.Warning);
        if (format == "json")
            output.WriteLine(
                JsonSerializer.Serialize(
                    new
                    {
                        Ok = faults == 0,
                        Faults = faults,
                        Warnings = warnings,
                        Findings = findings,
                    },
                    Readable
                )
            );
        else
            Write(findings, faults, warnings, output);
        return faults == 0 ? 0 : 1;
    }

    private static async Task<List<Finding>> LookAsync(
        GuardSettings settings,
        string? config,
        IReadOnlyDictionary<string, string> sets,
        MailServerFiles files,
        IProcessRunner runner,
        bool repair,
        CancellationToken cancellation
    )
    {
        var now = DateTimeOffset.UtcNow;
        List<Finding> servers =
        [
            .. await PostfixChecks.LookAsync(settings, runner, files.Postfix, cancellation).ConfigureAwait(false),
            .. await DovecotChecks.LookAsync(settings, runner, files.Dovecot, cancellation).ConfigureAwait(false),
            .. SendmailChecks.Look(settings, files.Sendmail),
            .. await EximChecks.LookAsync(settings, runner, cancellation).ConfigureAwait(false),
        ];
        var (answered, guard) = await RunningGuard.AskAsync(settings, cancellation).ConfigureAwait(false);
        return
        [
            .. guard,
            .. answered ? LogChecks.Look(settings, now) : await FilesAsync(settings, config, sets, runner, now, cancellation).ConfigureAwait(false),
            .. StoreChecks.Look(settings, repair),
            .. await ListenerChecks.LookAsync(settings, cancellation).ConfigureAwait(false),
            .. await FleetChecks.LookAsync(settings, cancellation).ConfigureAwait(false),
            .. servers,
            await MachineChecks.ClockAsync(runner, cancellation).ConfigureAwait(false),
            .. answered ? [] : await EnforcementChecks.HelperAsync(settings, cancellation).ConfigureAwait(false),
            .. await EnforcementChecks.DatabaseAsync(settings, cancellation).ConfigureAwait(false),
            .. await MachineChecks.ProgramsAsync(settings, runner, cancellation).ConfigureAwait(false),
            .. await ReportChecks.LookAsync(settings, cancellation).ConfigureAwait(false),
        ];
    }

    /// <summary>What a guard that does not run would find of its files, with its own user's rights where that can be had.</summary>
    private static async Task<IReadOnlyList<Finding>> FilesAsync(
        GuardSettings settings,
        string? config,
        IReadOnlyDictionary<string, string> sets,
        IProcessRunner runner,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        if (OwnUser.Of(settings.DataDirectory) is not { } user)
            return [.. Files(settings, now)];
        return await OwnUser.LookAsync(user, config, sets, runner, cancellation).ConfigureAwait(false)
            ??
            [
                Finding.Warning(
                    $"user {user}",
                    "what follows is what root may; it could not be looked at with the rights of the guard's own user",
                    $"runuser -u {user} -- accountguard doctor"
                ),
                .. Files(settings, now),
            ];
    }

    private static IEnumerable<Finding> Files(GuardSettings settings, DateTimeOffset now) =>
        [
            .. MachineChecks.DataDirectory(settings),
            .. LogChecks.Look(settings, now),
            .. MachineChecks.CountryData(settings, now),
            .. CertificateChecks.Look(settings, now),
        ];

    private static void Write(List<Finding> findings, int faults, int warnings, TextWriter output)
    {
        var width = findings.Max(finding => finding.Check.Length);
        foreach (var finding in findings)
        {
            var level = finding.Level switch
            {
                FindingLevel.Ok => "ok",
                FindingLevel.Warning => "warn",
                _ => "FAULT",
            };
            output.WriteLine($"{level,-5}  {finding.Check.PadRight(width)}  {finding.Text}");
            if (finding.Remedy.Length > 0)
                output.WriteLine($"{"",-5}  {"".PadRight(width)}  → {finding.Remedy}");
        }
        output.WriteLine($"{faults} faults, {warnings} warnings, {findings.Count - faults - warnings} ok");
    }
}
