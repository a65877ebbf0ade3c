using Guard.Actors.Policies;
using Guard.Host.Configuration;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Host.Tests.Configuration;

/// <summary>What an admin says about locks, blocks, their database and the helper.</summary>
public sealed class EnforcementConfigurationTests
{
    private static ConfigurationResult Load(string text)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, text);
            return GuardConfiguration.Load(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Grades_and_modes_of_effects_are_inherited_from_host_to_site_to_user()
    {
        var loaded = Load(
            """
            accountguard {
              mode = observe
              policy.default { reactions.lock = sending, effects.lock = enforce }
              policy.sites."example.com" { mode = enforce, effects { block = observe }, users.info { reactions.lock = strange, effects.lock = observe } }
            }
            """
        );
        Assert.Empty(loaded.Faults);
        var book = loaded.Settings!.Policies;
        var site = book.For(new SiteId("example.com"));
        var (host, anna, info) = (book.Default, site.For(new UserId("anna@example.com")), site.For(new UserId("info@example.com")));
        Assert.Equal([LockGrade.Sending, LockGrade.Sending, LockGrade.Strange], new[] { host, anna, info }.Select(policy => policy.Reactions.Lock));
        Assert.Equal(
            [GuardMode.Enforce, GuardMode.Enforce, GuardMode.Observe],
            new[] { host, anna, info }.Select(policy => EffectMode.Of(EffectKind.LockAccount, policy))
        );
        Assert.Equal(
            [GuardMode.Observe, GuardMode.Observe, GuardMode.Observe],
            new[] { host, anna, info }.Select(policy => EffectMode.Of(EffectKind.BlockAddress, policy))
        );
        Assert.Equal(
            [GuardMode.Observe, GuardMode.Enforce, GuardMode.Enforce],
            new[] { host, anna, info }.Select(policy => EffectMode.Of(EffectKind.Report, policy))
        );
    }

    [Theory]
    [InlineData("policy.default.reactions.lock = all", "reactions.lock")]
    [InlineData("enforcement.helper.socket = helper.sock", "helper.socket")]
    [InlineData("enforcement.locks.hold-queue = qmail", "hold-queue")]
    [InlineData("enforcement.locks.sql { provider = oracle }", "sql.provider")]
    [InlineData("enforcement.locks.sql { provider = sqlite, connection = \"Data Source=x\", unlock = \"UPDATE m SET a = 1 WHERE u = @user\" }", "sql.lock")]
    [InlineData(
        "enforcement.locks.sql { provider = sqlite, connection = \"Data Source=x\", lock = \"UPDATE m SET a = 0\", unlock = \"UPDATE m SET a = 1 WHERE u = @user\" }",
        "sql.lock"
    )]
    [InlineData(
        "enforcement.locks.sql { provider = postgres, connection = \"Hostess=127.0.0.1\", lock = \"UPDATE m SET a = 0 WHERE u = @user\", unlock = \"UPDATE m SET a = 1 WHERE u = @user\" }",
        "sql.connection"
    )]
    public void A_mistake_is_told_with_its_key(string line, string key)
    {
        var loaded = Load($"accountguard {{ {line} }}");
        Assert.Contains(loaded.Faults, fault => fault.ToString().Contains(key, StringComparison.Ordinal));
    }

    [Fact]
    public void A_database_and_a_helper_are_read()
    {
        var loaded = Load(
            """
            accountguard.enforcement {
              helper { socket = "/run/accountguard-helper/socket", user = guard }
              locks { hold-queue = sendmail, sql { provider = mariadb, connection = "Server=127.0.0.1;Database=postfix", lock = "UPDATE m SET a = 0 WHERE u = @user", unlock = "UPDATE m SET a = 1 WHERE u = @user", most-rows = 3 } }
            }
            """
        );
        Assert.Empty(loaded.Faults);
        var enforcement = loaded.Settings!.Enforcement;
        Assert.Equal(new HelperSettings("/run/accountguard-helper/socket", "guard"), enforcement.Helper);
        Assert.Equal(QueueKind.Sendmail, enforcement.Locks.Queue);
        Assert.Equal((SqlProvider.Mysql, 3), (enforcement.Locks.Sql!.Provider, enforcement.Locks.Sql.Statements.MaxRows));
        Assert.Contains("your database, held mail, through the helper", enforcement.Describe(), StringComparison.Ordinal);
    }
}
