using Guard.Host.Enforcement.EximQueue;
using Guard.Host.Enforcement.Queues;
using Xunit;

namespace Guard.Host.Tests.Enforcers;

/// <summary>What Exim 4.96 prints of its queue and of a mail in it, and of releases before and after.</summary>
public sealed class EximQueueSpecs
{
    private const string Spool = """
        1xWnxh-0000Ea-0z-H
        Debian-exim 100 102
        <info@example.com>
        1795755209 0
        -received_time_usec .306102
        --helo_name auth_id anna@example.com
        -host_address [127.0.0.1]:55710
        -host_auth dovecot_plain
        -aclm _accountguard 12
        action=DUNNO
        --aclm _subject 30
        x
        -auth_id anna@example.com
        ü
        -body_linecount 1
        --auth_id info@example.com
        XX
        1
        x@remote.test

        049  -auth_id anna@example.com
        """;

    [Fact]
    public void Frozen_mail_is_on_hold_and_the_id_says_when_it_came()
    {
        var mails = EximListing.Parse(
            """
             0m   320 1xWnxh-0000Ea-0z <info@example.com>
                      x@remote.test
                    D y@remote.test

            25m  1.4K 1xWnxh-0000Eb-10 <> *** frozen ***
                      z@remote.test

             3d  2.9M 1xWnxh-00000000FzP-1abc <www-data@mail.example.com> (www-data) *** frozen ***
                      z@remote.test

            """
        );
        Assert.Equal(["1xWnxh-0000Ea-0z", "1xWnxh-0000Eb-10", "1xWnxh-00000000FzP-1abc"], mails.Select(mail => mail.Id));
        Assert.Equal([false, true, true], mails.Select(mail => mail.IsOnHold));
        Assert.Equal(["info@example.com", "", "www-data@mail.example.com"], mails.Select(mail => mail.Sender));
        Assert.Equal([320, 1433, 3040870], mails.Select(mail => mail.Size));
        Assert.Equal([1, 1, 1], mails.Select(mail => mail.Recipients));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1795755209), mails[0].Arrived);
    }

    [Fact]
    public void Whose_it_is_says_the_spool_and_neither_helo_nor_headers() =>
        Assert.Equal(new EximEnvelope("info@example.com", true), EximEnvelope.Parse(Spool));

    [Theory]
    [InlineData("-host_address 192.0.2.7.51234", false)]
    [InlineData("-host_address [192.0.2.7]:51234", false)]
    [InlineData("-host_address [::1]:51234", true)]
    [InlineData("-local", true)]
    public void Without_a_login_only_this_machine_s_own_programs_are_believed(string line, bool local) =>
        Assert.Equal(new EximEnvelope("", local), EximEnvelope.Parse($"1xWnxh-0000Ea-0z-H\nu 1 1\n<a@example.com>\n1 0\n{line}\nXX\n"));

    [Fact]
    public void A_sender_cannot_write_an_entry_of_their_own() =>
        Assert.Equal(
            QueuedMail.OnHold,
            Assert.Single(EximListing.Parse(" 0m   320 1xWnxh-0000Ea-0z <\"a *** frozen ***\"@example.com> *** frozen ***\n")).Queue
        );
}
