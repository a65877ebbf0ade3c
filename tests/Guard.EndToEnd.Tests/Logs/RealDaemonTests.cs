using Guard.EndToEnd.Tests.Locks;
using Xunit;

namespace Guard.EndToEnd.Tests.Logs;

/// <summary>What real daemons write of a login and of failures is counted right by the built program, in each form of syslog, in the journal and in
/// files of their own.</summary>
public sealed class RealDaemonTests : IDisposable
{
    private readonly GuardProgram _guard = new();

    private static CancellationToken Stopped => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ProFTPDs_system_log_or_syslog_and_its_extended_log(bool syslog)
    {
        var port = FreePort.Next();
        using var root = await DaemonRoot.Start(
            "proftpd-core",
            $"""
            mkdir -p /run/proftpd
            cat > /logs/proftpd.conf <<C
            ServerName "test"
            DefaultAddress 127.0.0.1
            Port {port}
            UseIPv6 off
            UseReverseDNS off
            User nobody
            Group nogroup
            {(syslog ? "SyslogFacility AUTH" : "SystemLog /logs/proftpd.log")}
            SyslogLevel info
            LogFormat auth "%v [%P] %h %t \"%r\" %s"
            ExtendedLog /logs/auth.log AUTH auth
            ScoreboardFile /run/proftpd/scoreboard
            PidFile /run/proftpd/pid
            C
            proftpd -c /logs/proftpd.conf
            """,
            Stopped
        );
        await Ftp(root, port, "anna:secret", "anna:wrong", "nosuch:x");
        string[] logs = syslog ? root.Logs : [root["proftpd.log"]];
        foreach (var log in logs)
            await root.Until(log, Stopped, "Login successful", "Incorrect password", "no such user found");
        await root.Until(root["auth.log"], Stopped, "230", "530");
        Expect(1, 2, root, [.. logs, root["auth.log"]]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Vsftpds_own_log_and_syslog(bool syslog)
    {
        var port = FreePort.Next();
        using var root = await DaemonRoot.Start(
            "vsftpd",
            $"""
            mkdir -p /run/vsftpd/empty
            cat > /logs/vsftpd.conf <<C
            listen=YES
            listen_address=127.0.0.1
            listen_port={port}
            background=NO
            local_enable=YES
            anonymous_enable=NO
            xferlog_enable=YES
            seccomp_sandbox=NO
            pam_service_name=vsftpd
            secure_chroot_dir=/run/vsftpd/empty
            vsftpd_log_file=/logs/vsftpd.log
            syslog_enable={(syslog ? "YES" : "NO")}
            C
            exec vsftpd /logs/vsftpd.conf
            """,
            Stopped
        );
        await Ftp(root, port, "anna:secret", "anna:wrong", "nosuch:x");
        if (!syslog)
        {
            await root.Until(root["vsftpd.log"], Stopped, "[anna] OK LOGIN", "[anna] FAIL LOGIN", "[nosuch] FAIL LOGIN");
            Expect(1, 2, root, root["vsftpd.log"]);
            return;
        }
        await root.UntilLogged(Stopped, "[anna] OK LOGIN", "[anna] FAIL LOGIN", "[nosuch] FAIL LOGIN");
        Expect(1, 2, root, root.Logs);
    }

    [Fact]
    public async Task Pure_FTPds_syslog()
    {
        var port = FreePort.Next();
        using var root = await DaemonRoot.Start("pure-ftpd", $"exec pure-ftpd -S 127.0.0.1,{port} -l unix -E -u 1 -H", Stopped);
        await Ftp(root, port, "anna:secret", "anna:wrong");
        await root.UntilLogged(Stopped, "anna is now logged in", "Authentication failed for user [anna]");
        Expect(1, 1, root, root.Logs);
    }

    [Fact]
    public async Task Sshds_syslog()
    {
        Requirement.Programs("ssh", "ssh-keygen");
        var port = FreePort.Next();
        using var root = await DaemonRoot.Start(
            "openssh-server",
            $$"""
            getent passwd sshd >/dev/null || useradd -r -d /run/sshd -s /usr/sbin/nologin sshd
            mkdir -p /run/sshd /tmp/ssh
            ssh-keygen -q -t ed25519 -N '' -f /tmp/ssh/key
            printf 'Port {{port}}\nListenAddress 127.0.0.1\nHostKey /tmp/ssh/key\nUsePAM no\nPasswordAuthentication yes\nKbdInteractiveAuthentication no\nPidFile /run/sshd.pid\n' > /tmp/ssh/conf
            /usr/sbin/sshd -f /tmp/ssh/conf
            # Written when it listens, which is after its parent has gone.
            until [ -s /run/sshd.pid ]; do sleep 0.1; done
            for who in anna:secret anna:wrong nosuch:x; do
              printf '#!/bin/sh\necho %s\n' ${who#*:} > /tmp/ssh/ask
              chmod 755 /tmp/ssh/ask
              SSH_ASKPASS=/tmp/ssh/ask SSH_ASKPASS_REQUIRE=force ssh -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o NumberOfPasswordPrompts=1 -o PubkeyAuthentication=no -p {{port}} ${who%:*}@127.0.0.1 true </dev/null || true
            done
            """,
            Stopped
        );
        await root.UntilLogged(Stopped, "Accepted password for anna", "Failed password for anna", "Failed password for invalid user nosuch");
        Expect(1, 2, root, root.Logs);
    }

    [Fact]
    public async Task Saslauthds_syslog()
    {
        Requirement.Programs("saslauthd", "testsaslauthd");
        using var root = await DaemonRoot.Start(
            null,
            """
            mkdir -p /run/sasl
            saslauthd -a shadow -m /run/sasl -n 1
            # It answers a moment after its start has returned.
            for wait in $(seq 100); do testsaslauthd -u anna -p secret -s smtp -f /run/sasl/mux && break; sleep 0.1; done
            testsaslauthd -u anna -p wrong -s smtp -f /run/sasl/mux || true
            testsaslauthd -u anna -p wrong -s imap -r example.net -f /run/sasl/mux || true
            """,
            Stopped
        );
        await root.UntilLogged(Stopped, "[service=smtp] [realm=] [mech=shadow]", "[realm=example.net]");
        Expect(0, 2, root, root.Logs);
    }

    [Fact]
    public async Task Couriers_syslog()
    {
        var port = FreePort.Next();
        using var root = await DaemonRoot.Start(
            "courier-imap",
            $"""
            id courier >/dev/null 2>&1 || useradd -r courier
            su anna -c 'mkdir -p ~/Maildir/cur ~/Maildir/new ~/Maildir/tmp'
            mkdir -p /run/courier/authdaemon
            chown -R courier:courier /run/courier
            sed -i 's/^authmodulelist=.*/authmodulelist="authpam"/' /etc/courier/authdaemonrc
            printf 'auth required pam_unix.so\naccount required pam_unix.so\n' > /etc/pam.d/imap
            authdaemond start
            set -a
            . /etc/courier/imapd
            IMAP_STARTTLS=NO
            exec couriertcpd -address=127.0.0.1 -stderrlogger=/usr/sbin/courierlogger -stderrloggername=imapd -maxprocs=9 -maxperip=9 -nodnslookup -noidentlookup {port} /usr/lib/courier/courier/imaplogin /usr/bin/imapd Maildir
            """,
            Stopped
        );
        await Imap(root, port, "anna secret", "anna wrong");
        await root.UntilLogged(Stopped, "LOGIN, user=anna", "LOGIN FAILED, user=anna");
        Expect(1, 1, root, root.Logs);
    }

    [Fact]
    public async Task Cyrus_syslog()
    {
        Requirement.Programs("saslpasswd2");
        var port = FreePort.Next();
        using var root = await DaemonRoot.Start(
            "cyrus-imapd",
            $$"""
            id cyrus >/dev/null 2>&1 || useradd -r -g mail -d /var/spool/cyrus cyrus
            mkdir -p /run/cyrus/proc /run/cyrus/lock /var/lib/cyrus/socket /var/lib/cyrus/db /var/spool/cyrus/mail
            chown -R cyrus:mail /run/cyrus /var/lib/cyrus /var/spool/cyrus
            printf 'configdirectory: /var/lib/cyrus\nproc_path: /run/cyrus/proc\nmboxname_lockpath: /run/cyrus/lock\ndefaultpartition: default\npartition-default: /var/spool/cyrus/mail\nallowplaintext: yes\nsasl_mech_list: PLAIN\nsasl_pwcheck_method: auxprop\nsasl_auxprop_plugin: sasldb\nsyslog_prefix: cyrus\n' > /etc/imapd.conf
            printf 'START {\n}\nSERVICES {\n  imap cmd="imapd" listen="127.0.0.1:{{port}}" prefork=0\n}\nEVENTS {\n}\n' > /etc/cyrus.conf
            echo secret | saslpasswd2 -p -c -u $(hostname) anna
            chgrp mail /etc/sasldb2
            chmod 640 /etc/sasldb2
            export LD_LIBRARY_PATH=/usr/lib/cyrus
            exec cyrmaster -D -C /etc/imapd.conf -M /etc/cyrus.conf
            """,
            Stopped
        );
        await Imap(root, port, "anna secret", "anna wrong");
        await root.UntilLogged(Stopped, "login: localhost", "badlogin: localhost");
        Expect(1, 1, root, root.Logs);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Dovecots_syslog(bool verbose)
    {
        Requirement.Programs("dovecot");
        Requirement.That(Directory.Exists("/usr/lib/dovecot/modules") && File.Exists("/usr/lib/dovecot/pop3-login"), "needs dovecot-imapd and dovecot-pop3d");
        Requirement.That(_guard.Run("dovecot", "--version").Out.StartsWith("2.3", StringComparison.Ordinal), "its configuration is Dovecot 2.3's");
        var (imap, pop3) = (FreePort.Next(), FreePort.Next());
        using var root = await DaemonRoot.Start(
            null,
            $$"""
            mkdir -p /run/test /tmp/mail
            chmod 1777 /tmp/mail
            echo 'anna@example.com:{plain}secret' > /logs/users
            chmod 644 /logs/users
            cat > /logs/dovecot.conf <<C
            base_dir = /run/test
            protocols = imap pop3
            auth_verbose = {{(verbose ? "yes" : "no")}}
            auth_failure_delay = 0
            disable_plaintext_auth = no
            ssl = no
            first_valid_uid = 1
            mail_location = maildir:/tmp/mail/%u
            passdb {
              driver = passwd-file
              args = /logs/users
            }
            userdb {
              driver = static
              args = uid=mail gid=mail home=/tmp/mail/%u
            }
            service imap-login {
              inet_listener imap {
                port = {{imap}}
              }
              inet_listener imaps {
                port = 0
              }
            }
            service pop3-login {
              inet_listener pop3 {
                port = {{pop3}}
              }
              inet_listener pop3s {
                port = 0
              }
            }
            C
            exec dovecot -F -c /logs/dovecot.conf
            """,
            Stopped
        );
        await Imap(root, imap, "anna@example.com secret", "anna@example.com wrong");
        await Ftp(root, pop3, "anna@example.com:secret", "nosuch@example.com:x");
        await root.UntilLogged(
            Stopped,
            "imap-login: Login: ",
            "pop3-login: Login: ",
            "imap-login: Disconnected: ",
            "pop3-login: Disconnected: ",
            "user=<nosuch@example.com>"
        );
        Expect(2, 2, root, root.Logs);
    }

    /// <summary>POP3 has the same two words.</summary>
    private static async Task Ftp(DaemonRoot root, int port, params string[] accounts)
    {
        await DaemonRoot.Listening(port, root, Stopped);
        foreach (var account in accounts)
        {
            using var talk = await LineTalk.Open(port, Stopped);
            await talk.Say($"USER {account[..account.IndexOf(':', StringComparison.Ordinal)]}", Stopped);
            await talk.Say($"PASS {account[(account.IndexOf(':', StringComparison.Ordinal) + 1)..]}", Stopped);
            await talk.Say("QUIT", Stopped);
        }
    }

    private static async Task Imap(DaemonRoot root, int port, params string[] accounts)
    {
        await DaemonRoot.Listening(port, root, Stopped);
        foreach (var account in accounts)
        {
            using var talk = await LineTalk.Open(port, Stopped);
            await talk.Say($"a LOGIN {account}", Stopped);
            await talk.Say("b LOGOUT", Stopped);
        }
    }

    private void Expect(int logins, int failures, DaemonRoot root, params string[] logs) =>
        new ReplayedCounts(logins, failures, 0, 0, 0).AreThoseOf(_guard, root, logs);

    public void Dispose() => _guard.Dispose();
}
