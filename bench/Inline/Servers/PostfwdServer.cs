namespace Guard.Bench.Inline.Servers;

/// <summary>postfwd 1 with a rate for each login that never trips; its counters live in memory.</summary>
internal sealed class PostfwdServer : PolicyPeer
{
    public override string Name => "postfwd1";

    public override string Package => "postfwd";

    public override TimeSpan WarmUp => TimeSpan.FromSeconds(1);

    protected override string[] Prepare()
    {
        var rules = Path.Combine(Directory, "postfwd.cf");
        File.WriteAllText(
            rules,
            """
            id=RATE01; protocol_state==RCPT; sasl_username=~/./; action=rate($$sasl_username/100000000/86400/REJECT quota exceeded)
            id=DEF; action=DUNNO

            """
        );
        // Without the line that it logs for each request: the machine's syslog is not what is measured.
        return
        [
            "/usr/sbin/postfwd1",
            "-d",
            "-f",
            rules,
            "-i",
            "127.0.0.1",
            "-p",
            $"{Port}",
            "-n",
            "--norulelog",
            "-u",
            "root",
            "-g",
            "root",
            "--pidfile",
            PidFile,
        ];
    }
}
