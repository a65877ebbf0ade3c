using Guard.Host.Migration;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Host.Tests.Migration;

/// <summary>policyd-rate-limit's limits as quotas of recipients.</summary>
public sealed class PolicydRateLimitFileSpecs
{
    /// <summary>Shaped like the file that the package brings.</summary>
    private const string File = """
        # ours
        debug: False
        user: "policyd-rate-limit"
        mysql_config:
            user: "username"
            passwd: "hunter2"
        SOCKET: "/var/spool/postfix/ratelimit/policy"
        socket_permission: 0666
        limits:
            - [10, 60] # a minute
            - [150, 86400]
        limits_by_id:
            Boss@Example.com: []
            news@example.com:
                - [5000, 86400]
            foo: [[7, 3600]]
            192.0.2.254:
                - [1000, 86400]
        limit_by_sasl: True
        limit_by_sender: False
        limit_by_ip: True
        limited_networks: []
        success_action: "dunno"
        fail_action: "defer_if_permit Rate limit reach, retry later"
        report: False
        odd: 1
        """;

    [Fact]
    public void Limits_hold_for_everybody_and_single_ones_have_their_own_alone()
    {
        var book = ImportedText.Loaded(Converted(File, "example.org"))!.Policies;
        Assert.Equal([(10, 60), (150, 86400)], Quotas(book.Default));
        Assert.All(book.Default.Quotas, quota => Assert.Equal(QuotaUnit.Recipients, quota.Unit));
        var users = book.Sites.Values.SelectMany(site => site.Users).ToDictionary(user => user.Key.Value, user => user.Value);
        Assert.Equal(["boss@example.com", "foo@example.org", "news@example.com"], users.Keys.Order());
        Assert.Empty(users["boss@example.com"].Quotas);
        Assert.Equal([(5000, 86400)], Quotas(users["news@example.com"]));
        Assert.Equal([(7, 3600)], Quotas(users["foo@example.org"]));
    }

    [Theory]
    [InlineData("# line 16 (limits_by_id, foo): no counterpart: has no domain")]
    [InlineData("# line 17 (limits_by_id, 192.0.2.254): no counterpart: is an address")]
    [InlineData("# line 21 (limit_by_ip): no counterpart: is for mail without a login")]
    [InlineData("# line 26 (odd): no counterpart: is not known")]
    [InlineData("nothing to take over from debug, user, mysql_config, SOCKET, socket_permission")]
    public void What_has_no_counterpart_is_told(string expected)
    {
        var text = Converted(File);
        Assert.Contains(expected, text, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_limits_by_account_nothing_is_taken_over()
    {
        var text = Converted("limits: [[10, 60]]\nlimit_by_sasl: no\n");
        Assert.Contains("# line 1 (limits): no counterpart: holds for nobody who logged in", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\naccountguard.", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("limits: [[10, 60]")]
    [InlineData("- 1")]
    [InlineData("")]
    public void What_is_no_such_file_is_said(string text) => Assert.Throws<FormatException>(() => Converted(text));

    [Fact]
    public void A_file_that_is_made_to_harm_is_refused() => Assert.Throws<FormatException>(() => Converted(new string('[', 100_000)));

    private static IEnumerable<(long, int)> Quotas(GuardPolicy policy) => policy.Quotas.Select(quota => (quota.Limit, (int)quota.Per.TotalSeconds));

    private static string Converted(string text, string domain = "")
    {
        var policy = new ImportedPolicy(PolicydRateLimitFile.Program, "policyd-rate-limit.yaml");
        new PolicydRateLimitFile(domain).Convert(text, policy);
        Assert.NotNull(ImportedText.Loaded(policy.ToString()));
        return policy.ToString();
    }
}
