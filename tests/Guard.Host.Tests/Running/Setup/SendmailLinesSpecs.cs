using System.Net;
using CsCheck;
using Guard.Host.Running.Setup;
using Xunit;

namespace Guard.Host.Tests.Running.Setup;

/// <summary>Where the guard's filter goes in sendmail.mc, and that nothing else of it is touched.</summary>
public sealed class SendmailLinesSpecs
{
    private const string Ours = "INPUT_MAIL_FILTER(`accountguard', `S=inet:10033@127.0.0.1, F=, T=C:2s;S:2s;R:2s;E:5s')dnl";

    private static readonly IPEndPoint Milter = new(IPAddress.Loopback, 10033);

    [Fact]
    public void The_filter_stands_before_the_mailers() =>
        Assert.Equal(
            $"OSTYPE(`debian')dnl\n{SendmailLines.Mark}\n{Ours}\nMAILER_DEFINITIONS\nMAILER(`smtp')dnl\n",
            SendmailLines.With("OSTYPE(`debian')dnl\nMAILER_DEFINITIONS\nMAILER(`smtp')dnl\n", Milter)
        );

    [Fact]
    public void It_is_the_last_filter_also_behind_one_that_spans_lines() =>
        Assert.Equal(
            $"MAILER(`smtp')dnl\nINPUT_MAIL_FILTER(`spam',\n `S=local:/run/spam')dnl\n{SendmailLines.Mark}\n{Ours}\n",
            SendmailLines.With("MAILER(`smtp')dnl\nINPUT_MAIL_FILTER(`spam',\n `S=local:/run/spam')dnl\n", Milter)
        );

    [Fact]
    public void A_line_that_an_admin_wrote_is_enough()
    {
        const string Macros = "INPUT_MAIL_FILTER(`guard', `S=inet:10033@localhost')dnl\nMAILER(`smtp')dnl\n";
        Assert.Equal(Macros, SendmailLines.With(Macros, Milter));
    }

    [Fact]
    public void Without_mailers_there_is_no_place() => Assert.Null(SendmailLines.With("dnl MAILER(`smtp')dnl\n", Milter));

    [Fact]
    public void Another_address_takes_the_old_one_s_place()
    {
        var first = SendmailLines.With("MAILER(`smtp')dnl\n", Milter)!;
        var second = SendmailLines.With(first, new IPEndPoint(IPAddress.IPv6Loopback, 10044))!;
        Assert.Contains("S=inet6:10044@::1", second, StringComparison.Ordinal);
        Assert.DoesNotContain("10033", second, StringComparison.Ordinal);
    }

    [Fact]
    public void Taken_out_every_text_is_as_it_was_byte_for_byte() =>
        Gen.String[Gen.Char["aM \t\n\r`'(dnl"], 0, 60]
            .Sample(text =>
            {
                var macros = text + "\nMAILER(`smtp')dnl" + text;
                Assert.Equal(macros, SendmailLines.Without(SendmailLines.With(macros, Milter)!));
            });

    [Fact]
    public void Two_configurations_are_the_same_but_for_comments_and_who_made_them()
    {
        Assert.True(SendmailLines.IsSame("##### built by root on Monday\nO A=b\n\n", "# built on Tuesday\nO A=b"));
        Assert.False(SendmailLines.IsSame("O A=b\n", "O A=c\n"));
    }

    [Fact]
    public void The_guide_shows_the_line_that_setup_writes() =>
        Assert.Contains(SendmailLines.Filter(Milter), File.ReadAllText(Path.Combine(Repository.Root, "docs", "sendmail.md")), StringComparison.Ordinal);

    [Fact]
    public void Exim_s_guide_shows_the_statements_that_setup_writes() =>
        Assert.Contains(
            EximLines.Acl(new IPEndPoint(IPAddress.Loopback, 10031)),
            File.ReadAllText(Path.Combine(Repository.Root, "docs", "exim.md")),
            StringComparison.Ordinal
        );
}
