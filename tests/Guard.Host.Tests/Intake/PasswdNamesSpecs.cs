using Guard.Host.Intake;
using Xunit;

namespace Guard.Host.Tests.Intake;

/// <summary>Whom passwd files list is an account before it did anything.</summary>
public sealed class PasswdNamesSpecs : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-passwd").FullName;

    private string File => Path.Combine(_directory, "passwd");

    private PasswdNames Read(params string[] lines)
    {
        System.IO.File.WriteAllLines(File, lines);
        var names = new PasswdNames([File, Path.Combine(_directory, "not-there")], "server.example.com");
        names.Look();
        return names;
    }

    [Fact]
    public void People_and_whoever_can_log_in_are_listed_and_daemons_are_not()
    {
        var names = Read(
            "root:x:0:0:root:/root:/bin/bash",
            "www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin",
            "backup:x:34:34::/var/backups:/bin/false",
            "alice:x:1001:1001:,,,:/home/alice:/usr/sbin/nologin",
            "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin",
            "+::::::",
            "",
            "junk"
        );
        Assert.Equal(2, names.Count);
        Assert.True(names.Lists("root@server.example.com"));
        Assert.True(names.Lists("Alice@server.example.com"));
        Assert.False(names.Lists("www-data@server.example.com"));
        Assert.False(names.Lists("alice@example.net"));
    }

    [Fact]
    public void Users_of_a_passwd_file_of_Dovecot_have_their_own_domains()
    {
        // As wiki.dovecot.org/AuthDatabase/PasswdFile has it.
        var names = Read("anna@example.com:{SHA512-CRYPT}$6$x:5000:5000::/var/vmail/anna::userdb_quota_rule=*:storage=1G", "ben:{PLAIN}pass", "# comment");
        Assert.Equal(2, names.Count);
        Assert.True(names.Lists("anna@example.com"));
        Assert.True(names.Lists("ben@server.example.com"));
    }

    [Fact]
    public void Who_is_added_is_listed_with_the_next_look_and_a_file_that_vanished_lists_nobody()
    {
        var names = Read("alice:x:1001:1001::/home/alice:/bin/sh");
        System.IO.File.AppendAllLines(File, ["carl:x:1002:1002::/home/carl:/bin/sh"]);
        Assert.False(names.Lists("carl@server.example.com"));
        names.Look();
        Assert.True(names.Lists("carl@server.example.com"));
        System.IO.File.Delete(File);
        names.Look();
        Assert.Equal(0, names.Count);
    }

    public void Dispose() => Directory.Delete(_directory, true);
}
