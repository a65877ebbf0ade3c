using System.CommandLine;
using System.CommandLine.Help;
using Guard.Host.Commands;
using Guard.Host.Doctor;
using Guard.Host.Inspection;
using Guard.Host.Intake.Files;
using Guard.Host.Platform;

PrivateFiles.ByDefault();
IsoCulture.ByDefault();

var config = new Option<string?>("--config")
{
    Description = $"The configuration, HOCON; else {Guard.Host.Configuration.GuardConfiguration.Installed}, where it is.",
};
var set = new Option<string[]>("--set") { Description = "accountguard.KEY=VALUE on top of the file; may be repeated.", AllowMultipleArgumentsPerToken = false };
var json = new Option<string>("--format") { Description = "text or json", DefaultValueFactory = _ => "text" };
json.AcceptOnlyFromAmong("text", "json");

var run = new Command("run", "Run the guard in the foreground; SIGTERM stops it cleanly, SIGHUP reloads its policies.") { config, set };
run.SetAction((result, cancellation) => RunCommand.RunAsync(result.GetValue(config), Sets(result.GetValue(set)), cancellation));

var geoip = new Option<string?>("--geoip") { Description = "Country or city database to use instead of the configured ones." };
var format = new Option<string>("--format") { Description = "text or ndjson", DefaultValueFactory = _ => "text" };
format.AcceptOnlyFromAmong("text", "ndjson");
var progress = new Option<string>("--progress") { Description = "auto, on or off; on standard error", DefaultValueFactory = _ => "auto" };
progress.AcceptOnlyFromAmong("auto", "on", "off");
var logs = new Argument<string[]>("FILE")
{
    Description = "Logs, plain or gzip, rotated sets in any order; - is standard input.",
    Arity = ArgumentArity.OneOrMore,
};
var compare = new Option<string[]>("--compare")
{
    Description = "Two configurations: show who would have been treated differently, and why.",
    Arity = new ArgumentArity(2, 2),
    AllowMultipleArgumentsPerToken = true,
};
var suggest = new Option<bool>("--suggest") { Description = "Propose quotas for each site from its own history, with what each would have cost." };
var measureLists = new Option<bool>("--measure-lists") { Description = "Show what each list of accountguard.reputation adds over these logs." };
var askLists = new Option<bool>("--ask-lists")
{
    Description = "The same, and ask lists in the DNS too: their owners learn the addresses from which your users came.",
};
var replay = new Command("replay", "Show what would have happened over these logs. Changes nothing.")
{
    config,
    geoip,
    format,
    progress,
    set,
    compare,
    suggest,
    measureLists,
    askLists,
    logs,
};
replay.SetAction(result =>
{
    BatchProcess.Become(ReplayFiles.TextOf(result.GetValue(logs)!));
    return result.GetValue(compare) is [var before, var after]
            ? WhatIfCommand.Compare(before, after, result.GetValue(geoip), result.GetValue(format)!, Sets(result.GetValue(set)), result.GetValue(logs)!)
        : result.GetValue(suggest)
            ? WhatIfCommand.Suggest(
                result.GetValue(config),
                result.GetValue(geoip),
                result.GetValue(format)!,
                Sets(result.GetValue(set)),
                result.GetValue(logs)!
            )
        : ReplayCommand.Run(
            result.GetValue(config),
            result.GetValue(geoip),
            result.GetValue(format)!,
            result.GetValue(progress)!,
            Sets(result.GetValue(set)),
            result.GetValue(logs)!,
            result.GetValue(askLists) ? MeasuredLists.AskingTheDns
                : result.GetValue(measureLists) ? MeasuredLists.Files
                : MeasuredLists.None
        );
});

var defaultDomain = new Option<string?>("--default-domain") { Description = "Domain of names that have none; else the configured one, or localhost." };
var parse = new Command("parse", "Show what each line of a log is read as. Changes nothing, and needs no configuration.")
{
    config,
    defaultDomain,
    format,
    set,
    logs,
};
parse.SetAction(result =>
    ParseCommand.Run(result.GetValue(config), result.GetValue(defaultDomain), result.GetValue(format)!, Sets(result.GetValue(set)), result.GetValue(logs)!)
);

var learn = new Command(
    "learn",
    "Take a server's old logs into the journal, so that a new installation starts with learned baselines. The guard must not be running."
)
{
    config,
    set,
    logs,
};
learn.SetAction((result, cancellation) => LearnCommand.RunAsync(result.GetValue(config), Sets(result.GetValue(set)), result.GetValue(logs)!, cancellation));

var file = new Argument<string?>("FILE") { Description = "The configuration.", Arity = ArgumentArity.ZeroOrOne };
var show = new Option<string?>("--show") { Description = "Also print the whole policy, inherited parts included, of a site or of local@domain." };
var check = new Command("check-config", "Check the configuration: every mistake with its file, line, key and what was expected.") { file, json, set, show };
check.SetAction(result =>
    CheckConfigCommand.Run(result.GetValue(file), result.GetValue(json)!, Sets(result.GetValue(set)), Console.Out, result.GetValue(show))
);

var user = new Argument<string>("USER") { Description = "local@domain" };
var explain = new Command("explain", "Show what a running guard knows of an account, and why it stands where it stands.") { user, config, set, json };
explain.SetAction(
    (result, cancellation) =>
        ExplainCommand.RunAsync(result.GetValue(user)!, result.GetValue(config), Sets(result.GetValue(set)), result.GetValue(json)!, cancellation)
);

var action = new Argument<string>("ACTION") { Description = "release, absolve, confirm, lock or forget" };
action.AcceptOnlyFromAmong("release", "absolve", "confirm", "lock", "forget");
var administer = new Command(
    "user",
    "End a reaction (release), teach that it was the owner (absolve), say that it was an attack (confirm), lock it by hand (lock), or remove all that is stored of it (forget)."
)
{
    action,
    user,
    config,
    set,
    LockCommand.For,
    LockCommand.Grade,
    LockCommand.Reason,
    LockCommand.DryRun,
};
administer.SetAction(
    (result, cancellation) =>
        result.GetValue(action) == "lock"
            ? LockCommand.RunAsync(result, result.GetValue(user)!, result.GetValue(config), Sets(result.GetValue(set)), cancellation)
        : result.GetValue(action) == "forget"
            ? InspectCommand.RunAsync(
                ["user", "forget", result.GetValue(user)!, result.GetValue(LockCommand.Reason) ?? InspectionArguments.Left],
                false,
                null,
                result.GetValue(config),
                Sets(result.GetValue(set)),
                cancellation
            )
        : ExplainCommand.AdministerAsync(
            result.GetValue(action)!,
            result.GetValue(user)!,
            result.GetValue(LockCommand.Reason),
            result.GetValue(LockCommand.DryRun),
            result.GetValue(config),
            Sets(result.GetValue(set)),
            cancellation
        )
);

var site = new Argument<string>("SITE") { Description = "The site's name, for most its domain." };
var showSite = new Command("site", "Show a site of a running guard: its reaction, shared quotas and users that lately reacted.") { site, config, set };
showSite.SetAction(
    (result, cancellation) => ExplainCommand.SiteAsync(result.GetValue(site)!, result.GetValue(config), Sets(result.GetValue(set)), cancellation)
);

var words = new Argument<string[]>("COMMAND")
{
    Description = "A command of the vocabulary and its arguments, such as user show info@example.com; help lists them; none: a console.",
    Arity = ArgumentArity.ZeroOrMore,
};
var asJson = new Option<bool>("--json") { Description = "One JSON object for each row." };
var socket = new Option<string?>("--socket") { Description = "The guard's socket; else the configured one." };
var inspect = new Command("inspect", "Look into a running guard, in a console or with one command: accounts, sites, policies, live decisions, intake, cluster.")
{
    words,
    asJson,
    socket,
    config,
    set,
};
inspect.SetAction(
    (result, cancellation) =>
        InspectCommand.RunAsync(
            result.GetValue(words) ?? [],
            result.GetValue(asJson),
            result.GetValue(socket),
            result.GetValue(config),
            Sets(result.GetValue(set)),
            cancellation
        )
);

var about = new Argument<string?>("WHAT")
{
    Description = "unknown: the shapes of lines that were not understood; nothing: each source.",
    Arity = ArgumentArity.ZeroOrOne,
};
about.AcceptOnlyFromAmong("unknown");
var intake = new Command("intake", "Show what a running guard reads: each source with its kinds of lines, or the shapes that it does not know.")
{
    about,
    config,
    set,
    json,
    socket,
};
intake.SetAction(
    (result, cancellation) =>
        InspectCommand.RunAsync(
            result.GetValue(about) is { } what ? ["intake", what] : ["intake"],
            result.GetValue(json) == "json",
            result.GetValue(socket),
            result.GetValue(config),
            Sets(result.GetValue(set)),
            cancellation
        )
);

var cities = new Option<bool>("--cities") { Description = "Coordinates as well (DB-IP, 64 MB)." };
var fetch = new Command(
    "fetch-geo-data",
    "Fetch data of places into the data directory: countries (CC0), networks' owners (CC BY 4.0), MaxMind's when configured."
)
{
    config,
    set,
    cities,
};

// As it was called when it fetched countries alone.
fetch.Aliases.Add("fetch-country-data");
fetch.SetAction(
    (result, cancellation) => FetchGeoDataCommand.RunAsync(result.GetValue(config), result.GetValue(cities), Sets(result.GetValue(set)), cancellation)
);

var postfixConfig = new Option<string?>("--postfix-config") { Description = "Directory of main.cf and master.cf, when not the usual one." };
var dovecotConfig = new Option<string?>("--dovecot-config") { Description = "dovecot.conf, when not the usual one." };
var sendmailConfig = new Option<string?>("--sendmail-config") { Description = "sendmail.cf, when not /etc/mail/sendmail.cf." };
var repair = new Option<bool>("--repair")
{
    Description = "Take garbled snapshots out of the database, so that the ones before them or the journal take their place.",
};
var onlyFiles = new Option<bool>(OwnUser.Option) { Hidden = true };
var doctor = new Command(
    "doctor",
    "Check whether what the configuration says does happen: logs, listeners, mail servers, country data, clock, programs. Exit 1 when something is at fault."
)
{
    config,
    set,
    json,
    postfixConfig,
    dovecotConfig,
    sendmailConfig,
    repair,
    onlyFiles,
};
doctor.SetAction(
    (result, cancellation) =>
        DoctorCommand.RunAsync(
            result.GetValue(config),
            Sets(result.GetValue(set)),
            result.GetValue(json)!,
            new MailServerFiles(result.GetValue(postfixConfig), result.GetValue(dovecotConfig), result.GetValue(sendmailConfig)),
            Console.Out,
            new ProcessRunner(),
            cancellation,
            result.GetValue(repair),
            result.GetValue(onlyFiles)
        )
);

var root = new RootCommand("AccountGuard watches what is usual for each account of a mail or hosting server and reacts in steps.")
{
    run,
    replay,
    parse,
    learn,
    check,
    intake,
    explain,
    administer,
    showSite,
    inspect,
    fetch,
    doctor,
    TokenCommand.Create(),
    ClusterCertificatesCommand.Create(),
    ExceptionCommand.Create(config, set, Sets),
    ConsoleCommand.Create(config, set, Sets),
    QueueCommand.Create(config, set, json, Sets),
    HelperCommand.Create(),
    MigrateCommand.Create(),
    BackupCommand.Create(config, set, Sets),
    RestoreCommand.Create(config, set, Sets),
    StatusCommand.Create(config, set, json, Sets),
    SetupCommand.Create(),
    ImportCommand.Create(),
    OffCommand.Create(config, set, json, Sets),
};
foreach (var command in NetworkCommands.Create(config, set, json, Sets))
    root.Add(command);
foreach (var help in root.Options.OfType<HelpOption>())
    help.Action = new HelpWithExample((HelpAction)help.Action!);
var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    var near = string.Join(" or ", NearMiss.Of(parsed));
    if (near.Length > 0 && parsed.CommandResult.Command == root && !args[0].StartsWith('-'))
    {
        Console.Error.WriteLine($"there is no command '{args[0]}'; did you mean {near}?");
        return 2;
    }
    foreach (var error in parsed.Errors)
        Console.Error.WriteLine(error.Message);
    if (near.Length > 0)
        Console.Error.WriteLine($"did you mean {near}?");
    Console.Error.WriteLine("'accountguard --help' lists the commands");
    return 2;
}
try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
}
catch (OperationCanceledException)
{
    return 1;
}
catch (Exception failure)
{
    Console.Error.WriteLine(Failures.Say(failure));
    return 1;
}

static Dictionary<string, string> Sets(string[]? sets)
{
    var values = new Dictionary<string, string>();
    foreach (var pair in (sets ?? []).Select(text => text.Split('=', 2)))
        values[pair[0]] = pair.Length > 1 ? pair[1] : "";
    return values;
}
