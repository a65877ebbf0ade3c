namespace Guard.Bench.Inline.Servers;

/// <summary>policyd-rate-limit with its usual SQLite database and limits that never trip.</summary>
internal sealed class RateLimitServer : PolicyPeer
{
    public override string Name => "policyd-rate-limit";

    public override string Package => "policyd-rate-limit";

    public override TimeSpan WarmUp => TimeSpan.FromSeconds(1);

    protected override string[] Prepare()
    {
        var configuration = Path.Combine(Directory, "policyd.yaml");
        File.WriteAllText(
            configuration,
            $"""
            debug: False
            user: "root"
            group: "root"
            pidfile: "{Directory}/policyd.pid"
            backend: 0
            sqlite_config:
                database: "{Directory}/db.sqlite3"
            SOCKET: ["127.0.0.1", {Port}]
            limits:
                - [100000000, 86400]
            limits_by_id: {"{}"}
            limit_by_sasl: True
            limit_by_sender: False
            limit_by_ip: False
            limited_networks: []
            success_action: "dunno"
            fail_action: "defer_if_permit Rate limit reach, retry later"
            db_error_action: "dunno"
            report: False
            delay_to_close: 300

            """
        );
        return ["/usr/bin/policyd-rate-limit", "--file", configuration];
    }
}
