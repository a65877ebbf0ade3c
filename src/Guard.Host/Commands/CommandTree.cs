using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Guard.Host.Configuration;
using Guard.Host.Doctor;
using Guard.Host.Inspection;
using Guard.Host.Intake.Files;
using Guard.Host.Platform;

namespace Guard.Host.Commands;

/// <summary>All commands of the program, with their options: what runs, and what tests and documents are held against.</summary>
internal sealed class CommandTree
{
    private readonly Option<string?> _config = new("--config") { Description = $"The configuration, HOCON; else {GuardConfiguration.Installed}, where it is." };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "accountguard.KEY=VALUE on top of the file; may be repeated.",
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<string> _json = OutputFormat.Option();

    private readonly Option<string> _rows = OutputFormat.OfRows();

    private readonly Argument<string[]> _logs = new("FILE")
    {
        Description = "Logs, plain or gzip, rotated sets in any order; - is standard input.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Argument<string> _user = new("USER") { Description = "local@domain" };

    private readonly Option<string?> _socket = new("--socket") { Description = "The guard's socket; else the configured one." };

    public static RootCommand Create()
    {
        var tree = new CommandTree();
        var root = new RootCommand("AccountGuard watches what is usual for each account of a mail or hosting server and reacts in steps.");
        foreach (var command in tree.All())
            root.Add(command);
        foreach (var help in root.Options.OfType<HelpOption>())
            help.Action = new HelpWithExample((HelpAction)help.Action!);
        foreach (var argument in Below(root).SelectMany(command => command.Arguments).Distinct())
            argument.Validators.Add(RefuseOptions);
        return root;
    }

    private static IEnumerable<Command> Below(Command command) => command.Subcommands.SelectMany(Below).Prepend(command);

    /// <summary>A slip in an option's name is not a file's name.</summary>
    private static void RefuseOptions(ArgumentResult result)
    {
        foreach (var token in result.Tokens.Where(token => NearMiss.IsOption(token.Value)))
            result.AddError($"there is no option '{token.Value}'");
    }

    private IEnumerable<Command> All() =>
        [
            Run(),
            Replay(),
            Parse(),
            Learn(),
            Check(),
            Intake(),
            Explain(),
            User(),
            Site(),
            Inspect(),
            FetchGeoData(),
            Doctor(),
            TokenCommand.Create(_json),
            ClusterCertificatesCommand.Create(_json),
            ExceptionCommand.Create(_config, _set, _rows, Sets),
            ConsoleCommand.Create(_config, _set, _json, Sets),
            QueueCommand.Create(_config, _set, _rows, Sets),
            HelperCommand.Create(),
            MigrateCommand.Create(_json),
            BackupCommand.Create(_config, _set, _json, Sets),
            RestoreCommand.Create(_config, _set, Sets),
            StatusCommand.Create(_config, _set, _json, Sets),
            SetupCommand.Create(),
            ImportCommand.Create(),
            OffCommand.Create(_config, _set, _rows, Sets),
            .. NetworkCommands.Create(_config, _set, _rows, Sets),
        ];

    private Command Run()
    {
        var run = new Command("run", "Run the guard in the foreground; SIGTERM stops it cleanly, SIGHUP reloads its policies.") { _config, _set };
        run.SetAction((result, cancellation) => RunCommand.RunAsync(result.GetValue(_config), Sets(result.GetValue(_set)), cancellation));
        return run;
    }

    private Command Replay()
    {
        var geoip = new Option<string?>("--geoip") { Description = "Country or city database to use instead of the configured ones." };
        var progress = new Option<string>("--progress") { Description = "auto, on or off; on standard error", DefaultValueFactory = _ => "auto" };
        progress.AcceptOnlyFromAmong("auto", "on", "off");
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
            _config,
            geoip,
            _rows,
            progress,
            _set,
            compare,
            suggest,
            measureLists,
            askLists,
            _logs,
        };
        replay.SetAction(result =>
        {
            BatchProcess.Become(ReplayFiles.TextOf(result.GetValue(_logs)!));
            return result.GetValue(compare) is [var before, var after]
                    ? WhatIfCommand.Compare(
                        before,
                        after,
                        result.GetValue(geoip),
                        result.GetValue(_rows)!,
                        Sets(result.GetValue(_set)),
                        result.GetValue(_logs)!
                    )
                : result.GetValue(suggest)
                    ? WhatIfCommand.Suggest(
                        result.GetValue(_config),
                        result.GetValue(geoip),
                        result.GetValue(_rows)!,
                        Sets(result.GetValue(_set)),
                        result.GetValue(_logs)!
                    )
                : ReplayCommand.Run(
                    result.GetValue(_config),
                    result.GetValue(geoip),
                    result.GetValue(_rows)!,
                    result.GetValue(progress)!,
                    Sets(result.GetValue(_set)),
                    result.GetValue(_logs)!,
                    result.GetValue(askLists) ? MeasuredLists.AskingTheDns
                        : result.GetValue(measureLists) ? MeasuredLists.Files
                        : MeasuredLists.None
                );
        });
        return replay;
    }

    private Command Parse()
    {
        var defaultDomain = new Option<string?>("--default-domain") { Description = "Domain of names that have none; else the configured one, or localhost." };
        var parse = new Command("parse", "Show what each line of a log is read as. Changes nothing, and needs no configuration.")
        {
            _config,
            defaultDomain,
            _rows,
            _set,
            _logs,
        };
        parse.SetAction(result =>
            ParseCommand.Run(
                result.GetValue(_config),
                result.GetValue(defaultDomain),
                result.GetValue(_rows)!,
                Sets(result.GetValue(_set)),
                result.GetValue(_logs)!
            )
        );
        return parse;
    }

    private Command Learn()
    {
        var learn = new Command(
            "learn",
            "Take a server's old logs into the journal, so that a new installation starts with learned baselines. The guard must not be running."
        )
        {
            _config,
            _set,
            _json,
            _logs,
        };
        learn.SetAction(
            (result, cancellation) =>
                LearnCommand.RunAsync(
                    result.GetValue(_config),
                    Sets(result.GetValue(_set)),
                    result.GetValue(_json) == "json",
                    result.GetValue(_logs)!,
                    cancellation
                )
        );
        return learn;
    }

    private Command Check()
    {
        var file = new Argument<string?>("FILE") { Description = "The configuration.", Arity = ArgumentArity.ZeroOrOne };
        var show = new Option<string?>("--show") { Description = "Also print the whole policy, inherited parts included, of a site or of local@domain." };
        var check = new Command("check-config", "Check the configuration: every mistake with its file, line, key and what was expected.")
        {
            file,
            _json,
            _set,
            show,
        };
        check.SetAction(result =>
            CheckConfigCommand.Run(result.GetValue(file), result.GetValue(_json)!, Sets(result.GetValue(_set)), Console.Out, result.GetValue(show))
        );
        return check;
    }

    private Command Explain()
    {
        var explain = new Command("explain", "Show what a running guard knows of an account, and why it stands where it stands.")
        {
            _user,
            _config,
            _set,
            _json,
        };
        explain.SetAction(
            (result, cancellation) =>
                ExplainCommand.RunAsync(result.GetValue(_user)!, result.GetValue(_config), Sets(result.GetValue(_set)), result.GetValue(_json)!, cancellation)
        );
        return explain;
    }

    private Command User()
    {
        var action = new Argument<string>("ACTION") { Description = "release, absolve, confirm, lock or forget" };
        action.AcceptOnlyFromAmong("release", "absolve", "confirm", "lock", "forget");
        var administer = new Command(
            "user",
            "End a reaction (release), teach that it was the owner (absolve), say that it was an attack (confirm), lock it by hand (lock), or remove all that is stored of it (forget)."
        )
        {
            action,
            _user,
            _config,
            _set,
            LockCommand.For,
            LockCommand.Grade,
            LockCommand.Reason,
            LockCommand.DryRun,
            _json,
        };
        administer.SetAction(
            (result, cancellation) =>
                result.GetValue(action) == "lock"
                    ? LockCommand.RunAsync(
                        result,
                        result.GetValue(_user)!,
                        result.GetValue(_config),
                        Sets(result.GetValue(_set)),
                        result.GetValue(_json) == "json",
                        cancellation
                    )
                : result.GetValue(action) == "forget"
                    ? ExplainCommand.ActAsync(
                        ["user", "forget", result.GetValue(_user)!, result.GetValue(LockCommand.Reason) ?? InspectionArguments.Left],
                        result.GetValue(_json) == "json",
                        result.GetValue(_config),
                        Sets(result.GetValue(_set)),
                        cancellation
                    )
                : ExplainCommand.AdministerAsync(
                    result.GetValue(action)!,
                    result.GetValue(_user)!,
                    result.GetValue(LockCommand.Reason),
                    result.GetValue(LockCommand.DryRun),
                    result.GetValue(_config),
                    Sets(result.GetValue(_set)),
                    result.GetValue(_json)!,
                    cancellation
                )
        );
        return administer;
    }

    private Command Site()
    {
        var site = new Argument<string>("SITE") { Description = "The site's name, for most its domain." };
        var showSite = new Command("site", "Show a site of a running guard: its reaction, shared quotas and users that lately reacted.")
        {
            site,
            _config,
            _set,
            _json,
        };
        showSite.SetAction(
            (result, cancellation) =>
                ExplainCommand.SiteAsync(result.GetValue(site)!, result.GetValue(_config), Sets(result.GetValue(_set)), result.GetValue(_json)!, cancellation)
        );
        return showSite;
    }

    private Command Inspect()
    {
        var words = new Argument<string[]>("COMMAND")
        {
            Description = "A command of the vocabulary and its arguments, such as user show info@example.com; help lists them; none: a console.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var asJson = new Option<bool>("--json") { Description = "As --format ndjson: one JSON object in each line." };
        var inspect = new Command(
            "inspect",
            "Look into a running guard, in a console or with one command: accounts, sites, policies, live decisions, intake, cluster."
        )
        {
            words,
            asJson,
            _rows,
            _socket,
            _config,
            _set,
        };
        inspect.SetAction(
            (result, cancellation) =>
                InspectCommand.RunAsync(
                    result.GetValue(words) ?? [],
                    result.GetValue(asJson) ? RowFormat.Ndjson : OutputFormat.Rows(result.GetValue(_rows)),
                    result.GetValue(_socket),
                    result.GetValue(_config),
                    Sets(result.GetValue(_set)),
                    cancellation
                )
        );
        return inspect;
    }

    private Command Intake()
    {
        var about = new Argument<string?>("WHAT")
        {
            Description = "unknown: the shapes of lines that were not understood; nothing: each source.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        about.AcceptOnlyFromAmong("unknown");
        var intake = new Command("intake", "Show what a running guard reads: each source with its kinds of lines, or the shapes that it does not know.")
        {
            about,
            _config,
            _set,
            _rows,
            _socket,
        };
        intake.SetAction(
            (result, cancellation) =>
                InspectCommand.RunAsync(
                    result.GetValue(about) is { } what ? ["intake", what] : ["intake"],
                    OutputFormat.Rows(result.GetValue(_rows)),
                    result.GetValue(_socket),
                    result.GetValue(_config),
                    Sets(result.GetValue(_set)),
                    cancellation
                )
        );
        return intake;
    }

    private Command FetchGeoData()
    {
        var cities = new Option<bool>("--cities") { Description = "Coordinates as well (DB-IP, 64 MB)." };
        var fetch = new Command(
            "fetch-geo-data",
            "Fetch data of places into the data directory: countries (CC0), networks' owners (CC BY 4.0), MaxMind's when configured."
        )
        {
            _config,
            _set,
            cities,
            _rows,
        };

        // As it was called when it fetched countries alone.
        fetch.Aliases.Add("fetch-country-data");
        fetch.SetAction(
            (result, cancellation) =>
                FetchGeoDataCommand.RunAsync(
                    result.GetValue(_config),
                    result.GetValue(cities),
                    Sets(result.GetValue(_set)),
                    OutputFormat.Rows(result.GetValue(_rows)),
                    cancellation
                )
        );
        return fetch;
    }

    private Command Doctor()
    {
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
            _config,
            _set,
            _json,
            postfixConfig,
            dovecotConfig,
            sendmailConfig,
            repair,
            onlyFiles,
        };
        doctor.SetAction(
            (result, cancellation) =>
                DoctorCommand.RunAsync(
                    result.GetValue(_config),
                    Sets(result.GetValue(_set)),
                    result.GetValue(_json)!,
                    new MailServerFiles(result.GetValue(postfixConfig), result.GetValue(dovecotConfig), result.GetValue(sendmailConfig)),
                    Console.Out,
                    new ProcessRunner(),
                    cancellation,
                    result.GetValue(repair),
                    result.GetValue(onlyFiles)
                )
        );
        return doctor;
    }

    private static Dictionary<string, string> Sets(string[]? sets)
    {
        var values = new Dictionary<string, string>();
        foreach (var pair in (sets ?? []).Select(text => text.Split('=', 2)))
            values[pair[0]] = pair.Length > 1 ? pair[1] : "";
        return values;
    }
}
