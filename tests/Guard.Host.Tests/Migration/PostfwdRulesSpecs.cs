using Guard.Host.Configuration;
using Guard.Host.Migration;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Host.Tests.Migration;

/// <summary>postfwd's rules as quotas: what has a counterpart is taken, and the rest is told with its line.</summary>
public sealed class PostfwdRulesSpecs
{
    [Theory]
    [InlineData(
        "id=R1; action=rate(sasl_username/100/3600/450 4.7.1 too many)",
        "policy.default.quotas = [{ per = 3600s, recipients = 100, text = \"too many\" }]"
    )]
    [InlineData(
        "id=R2; sasl_username=~/^.+$/; action=rcpt(sasl_username/500/86400/REJECT sorry)",
        "policy.default.quotas = [{ per = 86400s, recipients = 500, text = \"sorry\" }]"
    )]
    [InlineData("action==size($$sasl_username/50000000/3600/DEFER)", "policy.default.quotas = [{ per = 3600s, bytes = 50000000 }]")]
    [InlineData("protocol_state==END-OF-MESSAGE; action=rate(sasl_username/100/3600/450 4.7.1)", "policy.default.quotas = [{ per = 3600s, mails = 100 }]")]
    [InlineData(
        "id=R3\n\tsasl_username==News@Example.com\n\tprotocol_state==RCPT\n\taction=rcpt5321(sasl_username/5000/86400/REJECT)",
        "sites.\"example.com\".users.\"news\".quotas = [{ per = 86400s, recipients = 5000 }]"
    )]
    [InlineData(
        "id=R3; sasl_username==News@Example.com ;\\\n  protocol_state==RCPT; \\\n  # said by the boss\n action=rcpt(sasl_username/5000/86400/REJECT)",
        "sites.\"example.com\".users.\"news\".quotas = [{ per = 86400s, recipients = 5000 }]"
    )]
    [InlineData(@"sasl_username=~/@example\.com$/; action=rate(sasl_username/9/60/REJECT)", "sites.\"example.com\".quotas = [{ per = 60s, recipients = 9 }]")]
    [InlineData(@"sasl_username=@example\.com$; action=rate(sasl_username/9/60/REJECT)", "sites.\"example.com\".quotas = [{ per = 60s, recipients = 9 }]")]
    [InlineData(@"sasl_username =~ ^[^@]+@example\.com$; action=rate(sasl_username/9/60/REJECT)", "sites.\"example.com\".quotas")]
    [InlineData(@"sasl_username~=^(bob|al\.ice)@example\.com$; action=rate(sasl_username/9/60/REJECT)", "users.\"al.ice\".quotas = [{ per = 60s")]
    [InlineData("&&LIMIT { action=rate(sasl_username/7/60/REJECT); };\nid=M ; &&LIMIT", "policy.default.quotas = [{ per = 60s, recipients = 7 }]")]
    [InlineData(
        "&&BULK {\n\tsasl_username==a@example.com\n\tsasl_username==b@example.com\n}\nid=M\n\t&&BULK\n\taction=rate(sasl_username/7/60/REJECT)",
        "users.\"b\".quotas = [{ per = 60s, recipients = 7 }]"
    )]
    [InlineData("&&A { sasl_username==a@example.com; };\n&&B { &&A ; };\n&&B; action=rate(sasl_username/7/60/REJECT)", "users.\"a\".quotas = [{ per = 60s")]
    [InlineData("id=C; action=rate(client_address/3/300/450 x)", "# line 1 (C): no counterpart: counts by client_address, not by sasl_username")]
    [InlineData("# a comment\nid=S; sender=~/@spam/; action=REJECT no", "# line 2 (S): no counterpart: is no limit")]
    [InlineData("client_name=~/dsl/; action=rate(sasl_username/1/60/REJECT)", "# line 1: no counterpart: depends on client_name")]
    [InlineData("action=rate(sasl_username/1/60/WARN slow)", "# line 1: no counterpart: does not refuse what exceeds it")]
    [InlineData("action=rate(sasl_username/1/20/REJECT)", "# line 1: no counterpart: a window of 20 s is shorter than a minute")]
    [InlineData("&&NONE; action=dunno", "# line 1: no counterpart: the macro &&NONE is not defined")]
    [InlineData("&&LOOP { &&LOOP &&LOOP };\n&&LOOP; action=dunno", "# line 2: no counterpart: the macro &&LOOP never ends")]
    [InlineData("&&LONELY { rbl=dnsbl.example; };", "# line 1: the macro &&LONELY is used by no rule")]
    [InlineData("this is no rule", "# line 1: no counterpart: 'this is no rule' is no item=value")]
    [InlineData(
        "sasl_username=~/[0-9]{4}/; action=rate(sasl_username/1/60/REJECT)",
        "# line 1: no counterpart: '/[0-9]{4}/' says neither accounts nor domains"
    )]
    [InlineData("sasl_username!=bob@example.com; action=rate(sasl_username/1/60/REJECT)", "# line 1: no counterpart: 'bob@example.com' says neither")]
    [InlineData("sasl_username==bob; action=rate(sasl_username/1/60/REJECT)", "# line 1: no counterpart: 'bob' has no domain")]
    [InlineData("sasl_username=bob@example.com; action=rate(sasl_username/1/60/REJECT)", "# line 1: no counterpart: longer names that 'bob@example.com' fits")]
    public void A_rule_becomes_a_quota_or_is_told(string rules, string expected)
    {
        var text = Converted(rules);
        Assert.Contains(expected, text, StringComparison.Ordinal);
        Assert.NotNull(Loaded(text));
    }

    /// <summary>All of postfwd's rules hold together, and a list of ours replaces the one above it.</summary>
    [Fact]
    public void An_account_keeps_what_holds_for_everybody_and_for_its_domain_and_nobody_of_several_is_lost()
    {
        var book = Loaded(
            Converted(
                """
                id=NEWS   ; sasl_username==news@example.com ; sasl_username==shop@example.com ; action=rcpt(sasl_username/9000/86400/REJECT)
                id=DOMAIN ; sasl_username=~@example\.com$   ; action=rcpt(sasl_username/700/3600/REJECT)
                id=ALL    ; action=rcpt(sasl_username/90/60/REJECT)
                """
            )
        )!.Policies;
        Assert.Equal([90], book.Default.Quotas.Select(quota => quota.Limit));
        var site = Assert.Single(book.Sites.Values);
        Assert.Equal([700, 90], site.Policy.Quotas.Select(quota => quota.Limit));
        Assert.Equal(["news@example.com", "shop@example.com"], site.Users.Keys.Select(user => user.Value).Order());
        Assert.All(site.Users.Values, user => Assert.Equal([9000, 700, 90], user.Quotas.Select(quota => quota.Limit)));
    }

    [Fact]
    public void Whom_a_rule_lets_pass_has_the_limits_above_it_only()
    {
        var book = Loaded(
            Converted(
                """
                id=SLOW ; action=rcpt(sasl_username/90/60/REJECT)
                &&TRUSTED {
                    sasl_username==boss@example.com
                }
                id=PASS
                    &&TRUSTED
                    action=dunno
                id=DAY ; action=rcpt(sasl_username/500/86400/REJECT)
                id=END ; action=dunno
                id=LATE ; action=rcpt(sasl_username/1/86400/REJECT)
                """
            )
        )!.Policies;
        Assert.Equal([90, 500], book.Default.Quotas.Select(quota => quota.Limit));
        Assert.Equal([90], Assert.Single(Assert.Single(book.Sites.Values).Users.Values).Quotas.Select(quota => quota.Limit));
    }

    [Fact]
    public void Names_without_a_domain_and_names_in_files_are_taken_where_they_are_told()
    {
        var files = new Dictionary<string, string>
        {
            ["/etc/postfwd/bulk"] = "# ours\nnews\n\nfile:/etc/postfwd/more\n",
            ["/etc/postfwd/more"] = "shop # since May\n",
            ["/etc/postfwd/table"] = "info  anything\n",
        };
        var policy = new ImportedPolicy(PostfwdRules.Program, "postfwd.cf");
        new PostfwdRules("example.com", PostfwdRules.Mails, files.GetValueOrDefault).Convert(
            "sasl_username==file:/etc/postfwd/bulk; sasl_username==table:/etc/postfwd/table; sasl_username==file:/none; action=rate(sasl_username/9/60/REJECT)",
            policy
        );
        var text = policy.ToString();
        Assert.Contains("the file /none cannot be read", text, StringComparison.Ordinal);
        var users = Assert.Single(Loaded(text)!.Policies.Sites.Values).Users;
        Assert.Equal(["info@example.com", "news@example.com", "shop@example.com"], users.Keys.Select(user => user.Value).Order());
        Assert.All(users.Values, user => Assert.Equal(QuotaUnit.Mails, Assert.Single(user.Quotas).Unit));
    }

    /// <summary>Each rule has a line of its own, whatever it is.</summary>
    [Fact]
    public void No_rule_is_dropped_silently()
    {
        string[] rules =
        [
            "id=A; rbl=dnsbl.example; action=REJECT",
            "id=B; action=jump(C)",
            "id=C; score=5; action=note(x)",
            "id=D; sender==a@b; action=dunno",
            "broken",
        ];
        var text = Converted(string.Join('\n', rules));
        Assert.StartsWith("# postfwd, postfwd.cf: 0 taken over, 5 without a counterpart.", text, StringComparison.Ordinal);
        Assert.Equal(
            ["1", "2", "3", "4", "5"],
            text.Split('\n').Where(line => line.StartsWith("# line ", StringComparison.Ordinal)).Select(line => line[7..8])
        );
    }

    /// <summary>Lines of a stranger's file stay comments.</summary>
    [Fact]
    public void A_hostile_file_says_nothing_to_the_guard()
    {
        var text = Converted(
            "}\naccountguard.mode = enforce\n\"\"\"\nid=x; action=\u001b[2J\nid=\u2028y; action=rate(sasl_username/9/60/REJECT \\\"}\\n${HOME} `x`)"
        );
        Assert.DoesNotContain('\u001b', text);
        var loaded = Loaded(text)!;
        Assert.Equal(GuardMode.Observe, loaded.Mode);
        Assert.Contains("${HOME}", Assert.Single(loaded.Policies.Default.Quotas).Text, StringComparison.Ordinal);
    }

    private static string Converted(string rules)
    {
        var policy = new ImportedPolicy(PostfwdRules.Program, "postfwd.cf");
        new PostfwdRules("", PostfwdRules.Recipients, _ => null).Convert(rules, policy);
        return policy.ToString();
    }

    private static GuardSettings? Loaded(string text) => ImportedText.Loaded(text);
}
