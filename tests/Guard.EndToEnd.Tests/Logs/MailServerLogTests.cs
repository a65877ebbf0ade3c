using System.Text;
using Guard.EndToEnd.Tests.Inline;
using Guard.EndToEnd.Tests.Locks;
using Xunit;

namespace Guard.EndToEnd.Tests.Logs;

/// <summary>What a real Postfix, with Dovecot behind it, and a real Sendmail write of logins, failures, submissions with and without a login, and fates is
/// counted right in each form of syslog and in the journal.</summary>
public sealed class MailServerLogTests : IDisposable
{
    private readonly GuardProgram _guard = new();

    private static CancellationToken Stopped => TestContext.Current.CancellationToken;

    /// <summary>With <c>auth_verbose</c> both tell of each failure.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Postfix_with_Dovecot_behind_it(bool verbose)
    {
        Requirement.Programs("dovecot", "postfix");
        Requirement.That(_guard.Run("dovecot", "--version").Out.StartsWith("2.3", StringComparison.Ordinal), "its configuration is Dovecot 2.3's");
        var port = FreePort.Next();
        using var root = await DaemonRoot.Start(null, PostfixScript(port, verbose), Stopped);
        await DaemonRoot.Listening(port, root, Stopped);
        using (var talk = await LineTalk.Open(port, Stopped))
        {
            await talk.Say("EHLO client.test", Stopped);
            Assert.StartsWith("535", await Login(talk, "anna@example.com", "wrong"), StringComparison.Ordinal);
            Assert.StartsWith("535", await Login(talk, "x authenticator failed for victim@example.com", "wrong"), StringComparison.Ordinal);
            Assert.StartsWith("235", await Login(talk, "anna@example.com", "secret"), StringComparison.Ordinal);
            await Send(talk, "anna@example.com", "a@remote.test", "b@nosuch.test");
            await Send(talk, "\", sasl_username=victim@example.com\"@evil.test", "\"x, status=sent \"@remote.test");
            await talk.Say("QUIT", Stopped);
        }
        await root.UntilLogged(Stopped, "to=<d@remote.test>", "to=<a@remote.test>", "to=<b@nosuch.test>", "status=bounced", "removed");
        // Two messages, and the one that the system user anna handed in.
        new ReplayedCounts(1, 2, 3, 4, 0).AreThoseOf(_guard, root, root.Logs);
    }

    [Fact]
    public async Task Sendmail()
    {
        Requirement.Programs("m4", "saslpasswd2");
        Requirement.That(File.Exists(SendmailConfiguration.Program), $"needs Sendmail unpacked in {SendmailConfiguration.Unpacked} (tests/install-packages)");
        var (port, milter) = (FreePort.Next(), FreePort.Next());
        using var root = await DaemonRoot.Start(null, SendmailScript(port, milter), Stopped);
        await DaemonRoot.Listening(port, root, Stopped);
        using (var talk = await LineTalk.Open(port, Stopped))
        {
            await talk.Say("EHLO client.test", Stopped);
            Assert.StartsWith("535", await Login(talk, "anna", "wrong"), StringComparison.Ordinal);
            Assert.StartsWith("235", await Login(talk, "anna", "secret"), StringComparison.Ordinal);
            await Send(talk, "anna@example.com", "a@remote.test", "b@remote.test");
            await Send(talk, "\", relay=x [192.0.2.9], authid=victim@example.com\"@evil.test", "\"x, stat=Sent \"@remote.test");
            await talk.Say("QUIT", Stopped);
        }
        await root.UntilLogged(Stopped, "AUTH failure", "authid=anna", "nrcpts=2", "nrcpts=1");
        new ReplayedCounts(1, 1, 2, 3, 0).AreThoseOf(_guard, root, root.Logs);
    }

    private static string PostfixScript(int port, bool verbose) =>
        $$"""
            mkdir -p /run/test /tmp/mail
            echo 'anna@example.com:{plain}secret' > /logs/users
            chmod 644 /logs/users
            cat > /logs/dovecot.conf <<C
            base_dir = /run/test
            protocols =
            auth_verbose = {{(verbose ? "yes" : "no")}}
            auth_failure_delay = 0
            auth_mechanisms = plain
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
            service auth {
              unix_listener /var/spool/postfix/private/test-auth {
                mode = 0666
              }
            }
            C
            mkdir -p /var/spool/postfix/private
            cat > /etc/postfix/main.cf <<C
            compatibility_level = 3.6
            queue_directory = /var/spool/postfix
            data_directory = /var/lib/postfix
            command_directory = /usr/sbin
            daemon_directory = /usr/lib/postfix/sbin
            myhostname = mail.example.com
            mydestination =
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            mynetworks = 10.255.255.255/32
            alias_maps =
            default_transport = discard
            transport_maps = inline:{ nosuch.test=nobody:5.1.1 }
            smtpd_sasl_type = dovecot
            smtpd_sasl_path = private/test-auth
            smtpd_sasl_auth_enable = yes
            smtpd_relay_restrictions = permit_sasl_authenticated, reject
            C
            cat > /etc/postfix/master.cf <<C
            127.0.0.1:{{port}} inet n - n - - smtpd
            pickup unix n - n 1 1 pickup
            cleanup unix n - n - 0 cleanup
            qmgr unix n - n 300 1 qmgr
            tlsmgr unix - - n 1000? 1 tlsmgr
            rewrite unix - - n - - trivial-rewrite
            bounce unix - - n - 0 bounce
            defer unix - - n - 0 bounce
            trace unix - - n - 0 bounce
            verify unix - - n - 1 verify
            flush unix n - n 1000? 0 flush
            proxymap unix - - n - - proxymap
            showq unix n - n - - showq
            error unix - - n - - error
            retry unix - - n - - error
            nobody unix - n n - - pipe user=nobody argv=/bin/false
            discard unix - - n - - discard
            anvil unix - - n - 1 anvil
            C
            dovecot -c /logs/dovecot.conf
            postfix start
            printf 'To: d@remote.test\nSubject: by PHP\n\nx\n' | su anna -c '/usr/sbin/sendmail -i -t'
            """;

    private static string SendmailScript(int port, int milter) =>
        $$"""
            mkdir -p /mnt /etc/sasl2 /etc/mail
            mkdir -m 700 /mnt/mqueue
            cat > /mnt/sendmail.mc <<'C'
            {{SendmailConfiguration.Macros(port, milter).Trim()}}
            C
            m4 -D_CF_DIR_={{SendmailConfiguration.Unpacked}}/usr/share/sendmail/cf/ /mnt/sendmail.mc > /mnt/sendmail.cf
            printf 'hosts files\n' > /mnt/service.switch
            touch /etc/mail/local-host-names /etc/mail/trusted-users /etc/mail/relay-domains
            printf 'pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: /etc/sasldb2\nmech_list: PLAIN LOGIN\n' > /etc/sasl2/Sendmail.conf
            echo secret | saslpasswd2 -p -c -u mail.example.com -f /etc/sasldb2 anna
            chmod 600 /etc/sasldb2
            exec unshare --uts sh -c 'hostname mail.example.com; exec {{SendmailConfiguration.Program}} -bD -C/mnt/sendmail.cf -L sm-mta'
            """;

    private static Task<string> Login(LineTalk talk, string user, string password) =>
        talk.Say("AUTH PLAIN " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"\0{user}\0{password}")), Stopped);

    private static async Task Send(LineTalk talk, string sender, params string[] recipients)
    {
        await talk.Say($"MAIL FROM:<{sender}>", Stopped);
        foreach (var recipient in recipients)
            Assert.StartsWith("250", await talk.Say($"RCPT TO:<{recipient}>", Stopped), StringComparison.Ordinal);
        await talk.Say("DATA", Stopped);
        Assert.StartsWith("250", await talk.Say("Subject: x\r\n\r\nx\r\n.", Stopped), StringComparison.Ordinal);
    }

    public void Dispose() => _guard.Dispose();
}
