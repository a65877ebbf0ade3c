using Guard.Host.Configuration;
using Guard.Host.ConsoleModel.Policies;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Serilog;
using Xunit;

namespace Guard.Host.Tests.PolicyLayers;

public sealed class LayeredPoliciesSpecs
{
    private const string File = """
        default { reactions.suspend-for = 2h, quotas = [ { per = 1d, recipients = 100 } ], places.suspicious-list = [RO] }
        sites {
          "Example.com" { domains = ["example.com", "example.org"], quotas = [ { per = 1d, recipients = 50 } ], users { info { reactions.highest = suspended }, "anna@example.org" { mode = enforce } } }
        }
        """;

    [Fact]
    public void The_console_goes_before_the_file_and_the_narrower_before_the_wider()
    {
        var layers = Layers()
            .With("", """{"reactions":{"suspend-for":"3h"},"quotas":[{"per":"1d","recipients":99}]}""")
            .With("example.com", """{"brute-force":{"failures":7}}""")
            .With("example.com/anna@example.org", """{"mode":"observe"}""");
        var (book, faults) = layers.Read();
        Assert.Empty(faults.Faults);
        var site = book.For(new SiteId("example.com"));
        Assert.Equal(TimeSpan.FromHours(3), site.Policy.Reactions.SuspendFor);
        Assert.Equal((50, 7), (site.Policy.Quotas[0].Limit, site.Policy.BruteForce.Failures));
        Assert.Equal(99, book.Default.Quotas[0].Limit);
        Assert.Equal(GuardMode.Observe, site.For(new UserId("anna@example.org")).Mode);
        Assert.Equal(
            (Rung.Suspended, 7),
            (site.For(new UserId("info@example.org")).Reactions.Highest, site.For(new UserId("info@example.com")).BruteForce.Failures)
        );
        Assert.Equal(new SiteId("example.com"), book.SiteOf(new UserId("x@example.org")));
    }

    [Fact]
    public void An_account_set_by_its_whole_name_keeps_what_the_file_says_for_its_bare_one()
    {
        var layers = Layers().With("example.com/info@example.com", """{"quotas":[{"per":"1h","recipients":3}]}""");
        var own = layers.Read("example.com/info@example.com").Policy;
        Assert.Equal((Rung.Suspended, 3), (own.Reactions.Highest, own.Quotas[0].Limit));
        Assert.Equal(50, layers.Read("example.com/info@example.org").Policy.Quotas[0].Limit);
    }

    [Fact]
    public void Reading_one_subject_gives_what_reading_all_gives()
    {
        var layers = Layers().With("example.com", """{"mode":"enforce"}""").With("other.example", """{"mode":"enforce","quotas":[]}""");
        var (book, _) = layers.Read();
        foreach (
            var (subject, policy) in new[]
            {
                ("", book.Default),
                ("example.com", book.For(new SiteId("example.com")).Policy),
                ("other.example", book.For(new SiteId("other.example")).Policy),
                ("unknown.example", book.Default),
                ("example.com/info@example.com", book.For(new SiteId("example.com")).For(new UserId("info@example.com"))),
            }
        )
        {
            Assert.Equal(PolicyJson.Write(policy).ToJsonString(), PolicyJson.Write(layers.Read(subject).Policy).ToJsonString());
        }
    }

    [Fact]
    public void A_policy_written_as_json_and_read_again_is_the_same()
    {
        var usual = GuardPolicy.Default;
        GuardPolicy[] policies =
        [
            usual with
            {
                Quotas = [],
            },
            usual with
            {
                Mode = GuardMode.Enforce,
                Effects = new EffectModes(GuardMode.Enforce, null),
                Places = new PlacesPolicy(["GB", "EU"], ["GB-SCT", "192.0.2.0/24"], PlaceClass.Suspicious),
                Services = [new ServicePolicy(Service.Ftp, ["GB"], []), new ServicePolicy(Service.Web, ["*"], ["RO"])],
                Quotas = [new Quota(TimeSpan.FromMinutes(90), QuotaUnit.Logins, 0, PlaceClass.Usual, true, QuotaScope.Site)],
                Reactions = usual.Reactions with
                {
                    OnAnomaly = new AnomalyThresholds(null, 12.5, null, 99),
                    RestrictTo = 0.333,
                    SuspendFor = TimeSpan.FromSeconds(61),
                    Redirect = [Rung.Normal, Rung.Normal, Rung.Reported, Rung.Restricted, Rung.Blocked],
                },
                Learning = new LearningPolicy(3, 2, false),
                BruteForce = new BruteForcePolicy(0, TimeSpan.FromMinutes(5)),
                SiteAlarm = new SiteAlarmPolicy(1, 2, 3, 4),
            },
        ];
        foreach (var policy in policies)
        {
            var json = PolicyJson.Write(policy).ToJsonString();
            var (read, faults) = LayeredPolicies.Of(null, GuardMode.Observe).With("", json).Read("");
            Assert.Empty(faults.Faults);
            Assert.Equal(json, PolicyJson.Write(read).ToJsonString());
            Assert.Equal(
                (policy.Mode, policy.Effects, policy.Reactions.RestrictTo, policy.Reactions.SuspendFor, policy.Learning, policy.BruteForce, policy.SiteAlarm),
                (read.Mode, read.Effects, read.Reactions.RestrictTo, read.Reactions.SuspendFor, read.Learning, read.BruteForce, read.SiteAlarm)
            );
            Assert.Equal(policy.Quotas, read.Quotas);
        }
    }

    [Fact]
    public void What_no_longer_fits_a_changed_file_is_left_out_and_said_and_the_rest_holds()
    {
        var source = new PolicySource(PolicyBook.Of(GuardPolicy.Default));
        var told = new List<PolicyBook>();
        var board = new PolicyBoard(source, told.Add, new LoggerConfiguration().CreateLogger());
        board.TakeFile(Parse(File), GuardMode.Observe);
        board.Take(
            [
                new StandingOverride("example.com", 1, 1, """{"reactions":{"on-anomaly":{"suspended":60,"blocked":70}}}""", default, "anna"),
                new StandingOverride("other.example", 1, 2, """{"brute-force":{"failures":9}}""", default, "anna"),
                new StandingOverride("broken.example", 1, 3, "[1", default, "anna"),
            ],
            3
        );
        Assert.Equal((3, 60d), (board.Revision, source.Current.For(new SiteId("example.com")).Policy.Reactions.OnAnomaly.Suspended!.Value));
        Assert.NotEmpty(board.ProblemOf("broken.example"));
        // The file now says 65 for restricted at that site, which the console's 60 for suspended would follow.
        board.TakeFile(
            Parse(File.Replace("domains =", "reactions.on-anomaly { restricted = 65, suspended = 75, blocked = 85 }, domains =", StringComparison.Ordinal)),
            GuardMode.Observe
        );
        Assert.Contains("on-anomaly", board.ProblemOf("example.com"), StringComparison.Ordinal);
        Assert.Equal(9, source.Current.For(new SiteId("other.example")).Policy.BruteForce.Failures);
        Assert.Equal(source.Current.Version, told[^1].Version);
    }

    [Fact]
    public void A_changed_site_leaves_the_policies_of_others_the_very_same()
    {
        var source = new PolicySource(PolicyBook.Of(GuardPolicy.Default));
        var board = new PolicyBoard(source, _ => { }, new LoggerConfiguration().CreateLogger());
        board.TakeFile(Parse(File), GuardMode.Observe);
        var before = source.Current;
        board.Take([new StandingOverride("other.example", 1, 1, """{"brute-force":{"failures":9}}""", default, "anna")], 1);
        Assert.NotEqual(before.Version, source.Current.Version);
        Assert.Same(before.Default, source.Current.Default);
        Assert.Same(before.Sites[new SiteId("example.com")], source.Current.Sites[new SiteId("example.com")]);
    }

    private static LayeredPolicies Layers() => LayeredPolicies.Of(Parse(File), GuardMode.Observe);

    private static ConfigurationNode Parse(string policy)
    {
        var file = Path.GetTempFileName();
        try
        {
            System.IO.File.WriteAllText(file, $"accountguard.policy {{\n{policy}\n}}");
            var loaded = GuardConfiguration.Load(file);
            Assert.True(loaded.Settings is not null || loaded.Faults.Count > 0);
            return loaded.Settings?.PolicyTree ?? throw new InvalidOperationException(string.Join("\n", loaded.Faults));
        }
        finally
        {
            System.IO.File.Delete(file);
        }
    }
}
