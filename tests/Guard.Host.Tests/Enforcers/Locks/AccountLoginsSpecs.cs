using CsCheck;
using Guard.Host.Configuration;
using Guard.Host.Enforcement.DovecotDenyFile;
using Guard.Host.Enforcement.Locks;
using Guard.Host.Intake.Logs;
using Guard.Host.Intake.Logs.Names;
using Guard.Messages.Identity;
using Xunit;

namespace Guard.Host.Tests.Enforcers.Locks;

/// <summary>The names that are locked are those under which the guard takes a login for the account.</summary>
public sealed class AccountLoginsSpecs : IDisposable
{
    /// <summary>A BlueOnyx-like server: bare logins, and a virtual map that says whose they are.</summary>
    private static readonly Dictionary<string, string> Map = new()
    {
        ["agalice"] = "alice@customer.example",
        ["agbob"] = "bob@customer.example",
        ["sales@customer.example"] = "alice@customer.example",
        ["@old.example"] = "@customer.example",
        ["office@customer.example"] = "carol",
    };

    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("accountguard-logins").FullName, "deny");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    private static AccountLogins Logins(LoginNames form, params string[] unix) => new(form, "server.example", "server.example", unix, () => Rules);

    private static VirtualMap Virtual { get; } = VirtualMap.Read(Map.Select(pair => $"{pair.Key} {pair.Value}"));

    private static LoginRules Rules => new(new UserNameRules("server.example", virtualMap: Virtual), Virtual);

    [Theory]
    [InlineData("alice@customer.example", "alice@customer.example alice@old.example sales@customer.example sales@old.example agalice agalice@server.example")]
    [InlineData("info@server.example", "info@server.example info")]
    [InlineData("info@other.example", "info@other.example")]
    [InlineData("carol@server.example", "carol@server.example office@customer.example office@old.example carol")]
    public void By_default_every_name_that_the_guard_takes_for_the_account(string user, string names) =>
        Assert.Equal(names.Split(' ').Order(StringComparer.Ordinal), Logins(LoginNames.Auto).Of(new UserId(user)).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("alice@customer.example", "agalice")]
    [InlineData("info@server.example", "info")]
    [InlineData("info@unix.example", "info")]
    [InlineData("info@customer.example", "")]
    public void Bare_names_alone_are_those_of_the_domains_that_have_them(string user, string names) =>
        Assert.Equal(names, string.Join(' ', Logins(LoginNames.Local, "unix.example").Of(new UserId(user))));

    [Fact]
    public void A_system_user_is_only_who_is_declared_to_be_one()
    {
        var logins = Logins(LoginNames.Auto, "unix.example");
        Assert.Equal(["info"], logins.UnixUsers(new UserId("info@unix.example")));
        Assert.Empty(logins.UnixUsers(new UserId("agalice@unix.example")));
        Assert.Empty(logins.UnixUsers(new UserId("agalice@customer.example")));
        Assert.Equal(["agalice"], logins.UnixUsers(new UserId("alice@customer.example")));
        Assert.Empty(logins.UnixUsers(new UserId("1000@unix.example")));
        Assert.Empty(logins.UnixUsers(new UserId("-e@unix.example")));
    }

    [Fact]
    public void Each_name_leads_back_to_its_account()
    {
        Gen.OneOf(Gen.Const("alice"), Gen.Const("bob"), Gen.Const("agalice"), Gen.Const("info"), Gen.Const("sales"), Gen.Const("office"), Gen.Const("carol"))
            .Select(
                Gen.OneOf(Gen.Const("server.example"), Gen.Const("customer.example"), Gen.Const("old.example"), Gen.Const("other.example")),
                (local, domain) => $"{local}@{domain}"
            )
            .Sample(name =>
            {
                var (rules, logins) = (Rules.Names, Logins(LoginNames.Auto));
                var account = rules.Map(System.Text.Encoding.UTF8.GetBytes(name), system: false)!.Value;
                Assert.Contains(name, logins.Of(account));
                Assert.All(logins.Of(account), login => Assert.Equal(account, rules.Map(System.Text.Encoding.UTF8.GetBytes(login), system: false)));
            });
    }

    [Fact]
    public async Task The_table_has_a_line_for_each_name_and_loses_all_of_them_again()
    {
        await File.WriteAllTextAsync(_path, "agalice\n", Cancellation);
        IAccountLock table = new DovecotDenyFile(_path, Logins(LoginNames.Auto));
        await table.Apply([For("alice@customer.example"), For("info@server.example")], [], Cancellation);
        string[] entered = [.. (await File.ReadAllLinesAsync(_path, Cancellation)).Where(line => !line.StartsWith('#')).Order(StringComparer.Ordinal)];
        Assert.Equal(
            [
                "agalice",
                "agalice",
                "agalice@server.example",
                "alice@customer.example",
                "alice@old.example",
                "info",
                "info@server.example",
                "sales@customer.example",
                "sales@old.example",
            ],
            entered
        );
        Assert.Equal(["alice@customer.example", "info@server.example"], (await table.List(Cancellation)).Select(one => one.User.Value));
        await table.Reconcile([], Cancellation);
        Assert.Equal("agalice\n", await File.ReadAllTextAsync(_path, Cancellation));
    }

    [Fact]
    public async Task Two_accounts_of_one_name_hold_it_each_for_itself()
    {
        IAccountLock table = new DovecotDenyFile(_path, Logins(LoginNames.Local, "unix.example"));
        await table.Apply([For("info@server.example"), For("info@unix.example")], [], Cancellation);
        await table.Apply([], [new UserId("info@server.example")], Cancellation);
        Assert.Contains("\ninfo\n", await File.ReadAllTextAsync(_path, Cancellation), StringComparison.Ordinal);
        Assert.Equal(["info@unix.example"], (await table.List(Cancellation)).Select(one => one.User.Value));
        await table.Apply([], [new UserId("info@unix.example")], Cancellation);
        Assert.Equal("", await File.ReadAllTextAsync(_path, Cancellation));
    }

    [Fact]
    public async Task What_an_earlier_version_wrote_is_found_and_an_account_without_a_bare_name_is_refused()
    {
        await File.WriteAllTextAsync(_path, "# accountguard info@server.example until released: x\ninfo\n", Cancellation);
        IAccountLock table = new DovecotDenyFile(_path, Logins(LoginNames.Local));
        Assert.Contains(
            "have no bare names here",
            Assert.Single(await table.Apply([For("info@customer.example")], [], Cancellation)).Why,
            StringComparison.Ordinal
        );
        await table.Reconcile([], Cancellation);
        Assert.Equal("", await File.ReadAllTextAsync(_path, Cancellation));
    }

    private static WantedLock For(string user) => new(new UserId(user), null, "stolen");
}
