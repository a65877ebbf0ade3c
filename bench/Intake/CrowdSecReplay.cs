using Guard.Bench.Shared;

namespace Guard.Bench.Intake;

/// <summary>
/// CrowdSec, reading a file once (https://docs.crowdsec.net/docs/user_guides/replay_mode) with its hub's parsers and scenarios for Postfix, Dovecot and sshd.
/// From Debian's package, which is unpacked and not installed: it would start, and tell a central server of itself.
/// </summary>
internal sealed class CrowdSecReplay
{
    private readonly string _root;

    private CrowdSecReplay(string root) => _root = root;

    private string Configuration => Path.Combine(_root, "config.yaml");

    /// <returns>Null where the package cannot be had.</returns>
    public static CrowdSecReplay? TrySetUp(BenchDirectory bench)
    {
        var root = Path.Combine(bench.Root, "crowdsec");
        if (Directory.Exists(root))
            return new CrowdSecReplay(root);
        if (!DebianPackages.Unpack("crowdsec", root))
            return null;
        var replay = new CrowdSecReplay(root);
        replay.Configure();
        return replay;
    }

    /// <summary>Program and arguments for one run over a log.</summary>
    public string[] Command(string log) => [Path.Combine(_root, "usr/bin/crowdsec"), "-c", Configuration, "-dsn", $"file://{log}", "-type", "syslog"];

    private void Configure()
    {
        var hub = Path.Combine(_root, "usr/share/crowdsec/hub");
        var packaged = Path.Combine(_root, "etc/crowdsec");
        var own = Directory.CreateDirectory(Path.Combine(_root, "own")).FullName;
        foreach (
            var (kind, names) in new (string, string[])[]
            {
                ("parsers/s00-raw", ["syslog-logs"]),
                ("parsers/s01-parse", ["dovecot-logs", "postfix-logs", "sshd-logs"]),
                ("parsers/s02-enrich", ["dateparse-enrich"]),
                ("scenarios", ["dovecot-spam", "postfix-spam", "ssh-bf"]),
            }
        )
        {
            var directory = Directory.CreateDirectory(Path.Combine(own, kind)).FullName;
            foreach (var name in names)
                File.CreateSymbolicLink(Path.Combine(directory, $"{name}.yaml"), Path.Combine(hub, kind, "crowdsecurity", $"{name}.yaml"));
        }
        foreach (var name in (string[])["data", "own/postoverflows", "own/notifications"])
            Directory.CreateDirectory(Path.Combine(_root, name));
        Directory.CreateSymbolicLink(Path.Combine(own, "patterns"), Path.Combine(packaged, "patterns"));
        File.WriteAllText(Path.Combine(own, "credentials.yaml"), "");
        File.WriteAllText(
            Configuration,
            $$"""
            common: { daemonize: false, log_media: stdout, log_level: warning, working_dir: . }
            config_paths:
              config_dir: {{own}}/
              data_dir: {{_root}}/data/
              simulation_path: {{packaged}}/simulation.yaml
              hub_dir: {{hub}}/
              index_path: {{hub}}/.index.json
              notification_dir: {{own}}/notifications/
              plugin_dir: {{_root}}/usr/lib/crowdsec/plugins/
            crowdsec_service: { acquisition_path: /dev/null, parser_routines: {{Environment.ProcessorCount}} }
            cscli: { output: human }
            db_config: { log_level: warning, type: sqlite, use_wal: true, db_path: {{_root}}/data/crowdsec.db, flush: { max_items: 5000, max_age: 7d } }
            api:
              client: { insecure_skip_verify: false, credentials_path: {{own}}/credentials.yaml }
              server: { log_level: warning, listen_uri: "127.0.0.1:{{FreePort.Next()}}", profiles_path: {{packaged}}/profiles.yaml }
            prometheus: { enabled: false }

            """
        );
        BenchDirectory.Run(
            Path.Combine(_root, "usr/bin/cscli"),
            "-c",
            Configuration,
            "machines",
            "add",
            "bench",
            "-a",
            "-f",
            Path.Combine(own, "credentials.yaml")
        );
    }
}
