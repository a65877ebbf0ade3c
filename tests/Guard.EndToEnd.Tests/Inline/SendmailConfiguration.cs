namespace Guard.EndToEnd.Tests.Inline;

/// <summary>The files that the test's own Sendmail reads, and how it is started beside a Postfix that the machine may have.</summary>
internal static class SendmailConfiguration
{
    /// <summary>tests/install-packages unpacks sendmail-bin, -base and -cf here: installed, they would drive Postfix out.</summary>
    public const string Unpacked = "/var/lib/accountguard-tests/sendmail";

    public const string Program = Unpacked + "/usr/libexec/sendmail/sendmail";

    /// <summary>What an admin has in sendmail.mc; the line of the guard is the one in docs/sendmail.md.</summary>
    public static string Macros(int port, int milter) =>
        $"""
            include(`{Unpacked}/usr/share/sendmail/cf/m4/cf.m4')dnl
            VERSIONID(`accountguard-test')dnl
            OSTYPE(`linux')dnl
            DOMAIN(`generic')dnl
            undefine(`ALIAS_FILE')dnl
            define(`confDOMAIN_NAME', `mail.example.com')dnl
            define(`QUEUE_DIR', `/mnt/mqueue')dnl
            define(`confPID_FILE', `/mnt/sendmail.pid')dnl
            define(`STATUS_FILE', `/mnt/statistics')dnl
            define(`confSERVICE_SWITCH_FILE', `/mnt/service.switch')dnl
            define(`confDONT_BLAME_SENDMAIL', `GroupReadableSASLDBFile')dnl
            define(`confLOG_LEVEL', `10')dnl
            define(`confTO_IDENT', `0')dnl
            define(`confDELIVERY_MODE', `queueonly')dnl
            dnl A busy machine must not look like a guard that refuses.
            define(`confQUEUE_LA', `1000')dnl
            define(`confREFUSE_LA', `1000')dnl
            define(`confDELAY_LA', `1000')dnl
            define(`confAUTH_MECHANISMS', `LOGIN PLAIN')dnl
            TRUST_AUTH_MECH(`LOGIN PLAIN')dnl
            define(`confAUTH_OPTIONS', `')dnl
            FEATURE(`no_default_msa')dnl
            FEATURE(`nocanonify')dnl
            FEATURE(`accept_unqualified_senders')dnl
            FEATURE(`accept_unresolvable_domains')dnl
            DAEMON_OPTIONS(`Family=inet, Name=MSA, Addr=127.0.0.1, Port={port}, M=Ea')dnl
            INPUT_MAIL_FILTER(`accountguard', `S=inet:{milter}@127.0.0.1, F=, T=C:2s;S:2s;R:2s;E:5s')dnl
            MAILER(`smtp')dnl

            """;

    /// <summary>
    /// Sendmail wants safe directories, a full host name and its SASL files in /etc: it gets them in mount and name spaces of its own. Its log goes to a
    /// socket of the test.
    /// </summary>
    public static string Start(string root) =>
        $"""
            set -e
            hostname mail.example.com
            mount -t tmpfs -o mode=755 tmpfs /mnt
            mkdir -m 700 /mnt/mqueue
            mkdir /mnt/etc-changes /mnt/etc-work /mnt/dev
            cp {root}/sendmail.cf {root}/service.switch /mnt
            mount -t overlay overlay -o lowerdir=/etc,upperdir=/mnt/etc-changes,workdir=/mnt/etc-work /etc
            mkdir -p /etc/sasl2 /etc/mail
            touch /etc/mail/local-host-names /etc/mail/trusted-users /etc/mail/relay-domains
            printf 'pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: /etc/sasldb2\nmech_list: PLAIN LOGIN\n' > /etc/sasl2/Sendmail.conf
            for user in info anna; do echo secret | saslpasswd2 -p -c -u mail.example.com -f /etc/sasldb2 $user; done
            chmod 600 /etc/sasldb2
            mount -t tmpfs -o mode=755 tmpfs /mnt/dev
            for device in null zero random urandom; do touch /mnt/dev/$device; mount --bind /dev/$device /mnt/dev/$device; done
            ln -s {root}/syslog /mnt/dev/log
            mount --rbind /mnt/dev /dev
            exec {Unpacked}/usr/libexec/sendmail/sendmail -bD -C/mnt/sendmail.cf -L sm-mta
            """;
}
