using Guard.Host.Configuration;
using Guard.Host.Migration;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Host.Tests.Migration;

/// <summary>postfwd's rules as quotas: what has a counterpart is taken, and the rest is told with its line.</summary>
public sealed class PostfwdRulesSpecs
{
    [Theory]
    [InlineData("id=R1; action=rate(sasl_username/100/3600/450 4.7.1 too many)", "default.quotas = [{ per = 3600s, mails = 100 }]")]
    [InlineData("id=R2; sasl_username=~/^.+$/; action=rcpt(sasl_username/500/86400/REJECT sorry)", "default.quotas = [{ per = 86400s, recipients = 500 }]")]
    [InlineData("action==size($$sasl_username/50000000/3600/DEFER)", "default.quotas = [{ per = 3600s, bytes = 50000000 }]")]
    [InlineData("id=R3; sasl_username==News@Example.com\n  protocol_state==RCPT; action=rcpt5321(sasl_username/5000/86400/REJECT x)", "# line 1")]
    [InlineData(
        "id=R3; sasl_username==News@Example.com ;\n  protocol_state==RCPT; \\\n action=rcpt5321(sasl_username/5000/86400/REJECT x)",
        "sites.\"example.com\".users.\"news\".quotas = [{ per = 86400s, recipients = 5000 }]"
    )]
    [InlineData(@"sasl_username=~/@example\.com$/; action=rate(sasl_username/9/60/REJECT x)", "sites.\"example.com\".quotas = [{ per = 60s, mails = 9 }]")]
    [InlineData("id=C; action=rate(client_address/3/300/450 x)", "# line 1: counts by client_address, not by sasl_username")]
    [InlineData("# a comment\nid=S; sender=~/@spam/; action=REJECT no", "# line 2: is no limit")]
    [InlineData("client_name=~/dsl/; action=rate(sasl_username/1/2/x)", "# line 1: depends on client_name")]
    public void A_rule_becomes_a_quota_or_is_told(string rules, string expected)
    {
        var text = PostfwdRules.Convert(rules);
        Assert.Contains(expected, text, StringComparison.Ordinal);
        Assert.NotNull(Loaded(text));
    }

    [Fact]
    public void The_guard_limits_by_what_was_converted()
    {
        var policy = Loaded(PostfwdRules.Convert("action=rcpt(sasl_username/5/3600/x)\nid=2;action=rate(sasl_username/2/60/x)"))!.Policies.Default;
        Assert.Equal([TimeSpan.FromMinutes(1), TimeSpan.FromHours(1)], policy.Quotas.Select(quota => quota.Per).Order());
    }

    /// <summary>Lines of a stranger's file stay comments.</summary>
    [Fact]
    public void A_hostile_file_says_nothing_to_the_guard()
    {
        var loaded = Loaded(PostfwdRules.Convert("}\naccountguard.mode = enforce\n\"\"\"\nid=x; action=\u001b[2J"));
        Assert.Equal(GuardMode.Observe, loaded!.Mode);
    }

    private static GuardSettings? Loaded(string text)
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, text);
        var loaded = GuardConfiguration.Load(file);
        File.Delete(file);
        Assert.Empty(loaded.Faults);
        return loaded.Settings;
    }
}
