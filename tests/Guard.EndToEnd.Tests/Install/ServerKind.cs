using System.Globalization;
using System.Text;

namespace Guard.EndToEnd.Tests.Install;

/// <summary>A kind of server that an admin may have, and by what one sees there what the guard did.</summary>
/// <param name="Root">Of tests/make-root.</param>
/// <param name="Script">What makes the server, below tests, and the words it is given.</param>
/// <param name="Log">Of its mail server; empty: systemd's journal alone.</param>
internal sealed record ServerKind(string Root, string[] Script, string Log)
{
    public const string Info = "info@example.com";
    public const string Home = "81.2.69.160";

    private static readonly ServerKind[] All =
    [
        new("bookworm", ["mail-server", "/var/log/mail.log"], "/var/log/mail.log"),
        new("trixie", ["mail-server", ""], ""),
        new("sendmail", ["mail-server-sendmail"], "/var/log/mail.log")
        {
            LoginDomain = "",
            SenderDomain = "@mail.example.com",
            Locked = "grep -q '^info:!' /etc/shadow && grep -qx info /etc/dovecot/accountguard-deny",
            Free = "! grep -q '^info:!' /etc/shadow && ! grep -qx info /etc/dovecot/accountguard-deny",
            Held = "sendmail -bp -qQ | grep -q QUARANTINE",
            Told = "grep -qs info@example.com /var/mail/admin",
            Asks = ["asks the guard (filter accountguard)"],
            Whole = "m4 /etc/mail/sendmail.mc | grep -v '^#' > /tmp/made && grep -v '^#' /etc/mail/sendmail.cf | cmp - /tmp/made && doveconf -n",
            Places = [" /etc/mail/", " /etc/dovecot/", " /etc/proftpd"],
            HasFtp = true,
            // saslauthd of Debian remembers what was right (-c): the login goes on, and every recipient is refused.
            Refused = "550",
        },
        new("exim", ["mail-server-exim"], "/var/log/mail.log")
        {
            Locked = "grep -qx info@example.com /etc/dovecot/accountguard-deny",
            Free = "! grep -qx info@example.com /etc/dovecot/accountguard-deny",
            Held = "exim -bpr | grep -q frozen",
            Asks = ["asks the guard at 127.0.0.1:10031"],
            Whole = "update-exim4.conf --check && exim -bV && doveconf -n",
            Places = [" /etc/exim4", " /var/lib/exim4", " /etc/dovecot/"],
        },
    ];

    public static ServerKind Of(string root) => Array.Find(All, kind => kind.Root == root)!;

    /// <summary>Behind a name that logs in; empty for a machine's own users.</summary>
    public string LoginDomain { get; init; } = "@example.com";

    public string SenderDomain { get; init; } = "@example.com";

    /// <summary>Shell conditions: the account is locked in every table, it is so no longer, its mail is held, and its report came.</summary>
    public string Locked { get; init; } =
        "grep -qx info@example.com /etc/dovecot/accountguard-deny && grep -q ^info@example.com /etc/postfix/accountguard-access";

    public string Free { get; init; } = "! grep -qx info@example.com /etc/dovecot/accountguard-deny";
    public string Held { get; init; } = "postqueue -p | grep -q '^[0-9A-F]*!'";
    public string Told { get; init; } = "grep -rqs info@example.com /var/vmail/example.com/postmaster/new";

    /// <summary>What doctor says of a mail server that asks.</summary>
    public string[] Asks { get; init; } = ["asks the guard (submission/inet/smtpd_recipient_restrictions"];

    /// <summary>The servers take their configuration.</summary>
    public string Whole { get; init; } = "postfix check && doveconf -n";

    /// <summary>Where the servers' configuration lies.</summary>
    public string[] Places { get; init; } = [" /etc/postfix", " /etc/dovecot"];

    /// <summary>The answer that the locked account gets.</summary>
    public string Refused { get; init; } = "535";

    public bool HasFtp { get; init; }

    /// <summary>Three weeks of the owner's mornings at home, as the server logs them.</summary>
    public string History()
    {
        var text = new StringBuilder();
        for (var day = 21; day >= 1; day--)
        {
            var date = DateTime.Now.Date.AddDays(-day);
            foreach (var (minute, line) in Morning(day))
                text.Append(CultureInfo.InvariantCulture, $"{date:MMM} {date.Day,2} 08:0{minute}:01 mail {line}\n");
        }
        return text.ToString();
    }

    private IEnumerable<(int Minute, string Line)> Morning(int day)
    {
        var user = "info" + LoginDomain;
        yield return (0, $"dovecot: pop3-login: Login: user=<{user}>, method=PLAIN, rip={Home}, lip=198.51.100.25, mpid=1, TLS, session=<a{day}>");
        switch (Root)
        {
            case "sendmail":
                var id = $"6A{day:00}8001000{day:00}";
                yield return (1, $"sm-mta[1]: AUTH=server, relay=[{Home}], authid={user}, mech=PLAIN, bits=0");
                yield return (
                    1,
                    $"sm-mta[1]: {id}: from=<info@mail.example.com>, size=1000, class=0, nrcpts=1, msgid=<{day}@x>, proto=ESMTPA, daemon=MSA, relay=[{Home}]"
                );
                break;
            case "exim":
                break;
            default:
                yield return (1, $"postfix/submission/smtpd[1]: A{day:X4}B: client=unknown[{Home}], sasl_method=PLAIN, sasl_username={user}");
                yield return (1, $"postfix/qmgr[2]: A{day:X4}B: from=<{user}>, size=1000, nrcpt=1 (queue active)");
                break;
        }
    }
}
