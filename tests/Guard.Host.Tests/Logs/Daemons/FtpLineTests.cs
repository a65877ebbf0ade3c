using Xunit;

namespace Guard.Host.Tests.Logs.Daemons;

/// <summary>ProFTPD, vsftpd and Pure-FTPd by shape of line.</summary>
public sealed class FtpLineTests
{
    [Theory]
    // Syslog, and the SystemLog that is Debian's default
    [InlineData("proftpd[7]: 198.51.100.1 (h.example[192.0.2.7]) - USER anna: Login successful.", "Ftp Succeeded anna@example.com 192.0.2.7")]
    [InlineData(
        "proftpd[7]: 198.51.100.1 (h.example[::ffff:192.0.2.7]) - USER anna (Login failed): Incorrect password",
        "Ftp WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "proftpd[7]: 198.51.100.1 (h.example[192.0.2.7]) - USER bert: no such user found from h.example [192.0.2.7] to 198.51.100.1:21 ",
        "Ftp UnknownUser bert@example.com 192.0.2.7"
    )]
    [InlineData("proftpd[7]: 198.51.100.1 (h.example[192.0.2.7]) - SECURITY VIOLATION: Root login attempted.", "Ftp Refused root@example.com 192.0.2.7")]
    [InlineData("proftpd[7]: 198.51.100.1 (h.example[192.0.2.7]) - USER anna (Login failed): User in /etc/ftpusers", "Ftp Refused anna@example.com 192.0.2.7")]
    [InlineData(
        "proftpd[7]: 198.51.100.1 (h.example[192.0.2.7]) - USER anna (Login failed): Invalid shell: '/bin/no'",
        "Ftp Refused anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "proftpd[7]: 198.51.100.1 (h.example[192.0.2.7]) - USER anna (Login failed): Unavailable authentication service",
        "Ftp ServerTrouble anna@example.com 192.0.2.7"
    )]
    // mod_sftp has no dot
    [InlineData("proftpd[7]: 198.51.100.1 (h.example[2001:db8::7]) - USER anna: Login successful", "Ftp Succeeded anna@example.com 2001:db8::7")]
    [InlineData("proftpd[7]: 198.51.100.1 (h.example[192.0.2.7]) - FTP session opened.", LineTable.Nothing)]
    [InlineData("proftpd[7]: 198.51.100.1 (h.example[192.0.2.7]) - USER anna (Login failed): authentication via 'anna' public key failed", LineTable.Nothing)]
    [InlineData("proftpd[7]: 198.51.100.1 (h.example[192.0.2.7]) - Maximum login attempts (3) exceeded", LineTable.Nothing)]
    [InlineData("proftpd[7]: pam_unix(proftpd:auth): authentication failure; logname= uid=0 euid=0 tty= ruser= rhost=192.0.2.7  user=anna", LineTable.Nothing)]
    [InlineData("proftpd[7]: 198.51.100.1 (h.example[192.0.2.7]) - USER anna: something new", LineTable.Unknown)]
    // ExtendedLog: ours, ProFTPD's sample, its default, one without quotes
    [InlineData(
        "[24/Nov/2026:02:14:15 +0000] example [7] h.example 192.0.2.7 \"USER anna\" 331\n[24/Nov/2026:02:14:15 +0000] example [7] h.example 192.0.2.7 \"PASS (hidden)\" 230",
        "Ftp Succeeded anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "[24/Nov/2026:02:14:15 +0000] example [7] h.example 192.0.2.7 \"USER anna\" 331\n[24/Nov/2026:02:14:15 +0000] example [7] h.example 192.0.2.7 \"PASS (hidden)\" 530",
        "Ftp WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData("[24/Nov/2026:02:14:15 +0000] 192.0.2.7 anna PASS 230", "Ftp Succeeded anna@example.com 192.0.2.7")]
    [InlineData("[24/Nov/2026:02:14:15 +0000] 192.0.2.7 6.6.6.6 PASS 530", "Ftp WrongPassword 6.6.6.6@example.com 192.0.2.7")]
    [InlineData("[24/Nov/2026:02:14:15 +0000] 192.0.2.7 - PASS 530", "Ftp WrongPassword  192.0.2.7")]
    [InlineData("[24/Nov/2026:02:14:15 +0000] example [7] h.example 192.0.2.7 \"STOR /a\" 226", LineTable.Nothing)]
    public void ProFtpd(string lines, string expected) => LineTable.Check(lines, expected);

    [Theory]
    [InlineData("Tue Nov 24 02:12:49 2026 [pid 32459] [anna] OK LOGIN: Client \"192.0.2.7\"", "Ftp Succeeded anna@example.com 192.0.2.7")]
    [InlineData("Tue Nov 24 02:12:54 2026 [pid 32498] [anna] FAIL LOGIN: Client \"::ffff:192.0.2.7\"", "Ftp WrongPassword anna@example.com 192.0.2.7")]
    [InlineData(
        "Tue Nov 24 02:12:54 2026 [pid 32498] [bert] FAIL LOGIN: Client \"192.0.2.7\", \"User is not in the allow user list.\"",
        "Ftp Refused bert@example.com 192.0.2.7"
    )]
    [InlineData("Tue Nov 24 02:12:54 2026 [pid 2] CONNECT: Client \"192.0.2.7\"", LineTable.Nothing)]
    [InlineData("Tue Nov 24 02:12:54 2026 [pid 2] [anna] OK UPLOAD: Client \"192.0.2.7\", \"/a.txt\", 10 bytes, 15.40Kbyte/sec", LineTable.Nothing)]
    [InlineData(
        "Tue Nov 24 02:12:54 2026 [pid 2] [anna] FTP response: Client \"192.0.2.7\", \"530 Permission denied.\"",
        "Ftp Refused anna@example.com 192.0.2.7"
    )]
    [InlineData("Tue Nov 24 02:12:54 2026 [pid 2] [anna] FTP response: Client \"192.0.2.7\", \"530 Login incorrect.\"", LineTable.Nothing)]
    [InlineData(
        "Tue Nov 24 02:12:54 2026 [pid 2] [anna] FTP command: Client \"192.0.2.7\", \"USER x] FTP response: Client \"6.6.6.6\", \"530 Permission denied.\"",
        LineTable.Unknown
    )]
    [InlineData("Tue Nov 24 02:12:54 2026 [pid 2] [anna] FTP command: Client \"192.0.2.7\", \"x] FAIL LOGIN: Client \"6.6.6.6\"", LineTable.Unknown)]
    [InlineData("Tue Nov 24 02:12:54 2026 [pid 2] [anna] FTP command: Client \"192.0.2.7\", \"PASS <password>\"", LineTable.Nothing)]
    [InlineData("Tue Nov 24 02:12:54 2026 [pid 2] [anna] FTP response: Client \", \"530 Permission denied.\"", LineTable.Nothing)]
    [InlineData(
        "Tue Nov 24 02:12:54 2026 [pid 2] [x] FTP response: Client \"6.6.6.6\", \"y] FTP response: Client \"192.0.2.7\", \"530 Permission denied.\"",
        LineTable.Unknown
    )]
    [InlineData(
        "Tue Nov 24 02:12:54 2026 [pid 2] [anna] FTP response: Client \"192.0.2.7\", \"530 Permission denied.\"\nTue Nov 24 02:12:54 2026 [pid 2] [anna] FAIL LOGIN: Client \"192.0.2.7\", \"User is on the deny user list.\"",
        "Ftp Refused anna@example.com 192.0.2.7"
    )]
    // By syslog, and PAM's line in front of it
    [InlineData("vsftpd[1]: [anna] OK LOGIN: Client \"192.0.2.7\"", "Ftp Succeeded anna@example.com 192.0.2.7")]
    [InlineData("vsftpd[1]: [anna] FAIL LOGIN: Client \"192.0.2.7\"", "Ftp WrongPassword anna@example.com 192.0.2.7")]
    [InlineData(
        "vsftpd: pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=anna rhost=192.0.2.7  user=anna",
        "Ftp WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "vsftpd: pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=anna rhost=192.0.2.7  user=anna\nvsftpd[1]: [anna] FAIL LOGIN: Client \"192.0.2.7\"",
        "Ftp WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "vsftpd: pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=bert rhost=192.0.2.7",
        "Ftp WrongPassword bert@example.com 192.0.2.7"
    )]
    [InlineData("vsftpd: (pam_unix) authentication failure; logname= uid=0 euid=0 tty= ruser= rhost=192.0.2.7", "Ftp WrongPassword  192.0.2.7")]
    [InlineData("vsftpd: pam_unix(vsftpd:auth): check pass; user unknown", LineTable.Nothing)]
    public void Vsftpd(string lines, string expected) => LineTable.Check(lines, expected);

    [Theory]
    [InlineData("pure-ftpd: (?@192.0.2.7) [INFO] anna is now logged in", "Ftp Succeeded anna@example.com 192.0.2.7")]
    [InlineData("pure-ftpd: (?@2001_db8__7) [INFO] anna is now logged in", "Ftp Succeeded anna@example.com 2001:db8::7")]
    [InlineData("pure-ftpd: (?@192.0.2.7) [WARNING] Authentication failed for user [anna]", "Ftp WrongPassword anna@example.com 192.0.2.7")]
    [InlineData("pure-ftpd: (?@h.example) [WARNING] Authentication failed for user [anna]", "Ftp WrongPassword anna@example.com ")]
    [InlineData("pure-ftpd: (?@192.0.2.7) [INFO] New connection from 192.0.2.7", LineTable.Nothing)]
    [InlineData("pure-ftpd: (anna@192.0.2.7) [NOTICE] /home/anna//victim is now logged in uploaded  (3 bytes, 0.1KB/sec)", LineTable.Nothing)]
    [InlineData("pure-ftpd: (anna@192.0.2.7) [INFO] victim is now logged in", LineTable.Nothing)]
    [InlineData("pure-ftpd: (pam_unix) authentication failure; logname= uid=0 euid=0 tty=pure-ftpd ruser=anna rhost=192.0.2.7", LineTable.Nothing)]
    [InlineData("pure-ftpd: (nothing like it", LineTable.Unknown)]
    public void PureFtpd(string lines, string expected) => LineTable.Check(lines, expected);
}
