using System.CommandLine;
using Guard.Host.Configuration;
using Guard.Host.Web.People;
using Guard.Messages.Identity;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Guard.Host.Commands;

/// <summary><c>accountguard console</c>: what gets an admin in when the console itself does not. Works on the guard's database, whether it runs or
/// not.</summary>
internal static class ConsoleCommand
{
    public static Command Create(Option<string?> config, Option<string[]> set, Option<string> format, Func<string[]?, Dictionary<string, string>> sets)
    {
        var name = new Argument<string>("NAME") { Description = "The name to sign in with, such as a mail address." };
        var role = new Option<PersonRole>("--role")
        {
            Description = "server-admin, site-owner, account-owner or read-only",
            CustomParser = result => Role(result.Tokens[0].Value, result.AddError),
            DefaultValueFactory = _ => PersonRole.ServerAdmin,
        };
        var site = new Option<string[]>("--site") { Description = "A site of a site owner; may be repeated." };
        var account = new Option<string[]>("--account") { Description = "An account of an account owner; may be repeated." };
        var link = new Command("setup-link", "Print the link with which the first server admin is made. Only until there is one.") { config, set, format };
        link.SetAction(
            (result, cancel) => WithAsync(result.GetValue(config), sets(result.GetValue(set)), result.GetValue(format) == "json", SetUpAsync, cancel)
        );
        var add = new Command("add-user", "Add a person and print the link with which they choose a password.")
        {
            name,
            role,
            site,
            account,
            config,
            set,
            format,
        };
        add.SetAction(
            (result, cancel) =>
                WithAsync(
                    result.GetValue(config),
                    sets(result.GetValue(set)),
                    result.GetValue(format) == "json",
                    (context, links, cancel) =>
                        AddAsync(
                            context,
                            links,
                            new Person
                            {
                                UserName = result.GetValue(name),
                                Role = result.GetValue(role),
                                Sites = [.. result.GetValue(site) ?? []],
                                Accounts = [.. result.GetValue(account) ?? []],
                            },
                            cancel
                        ),
                    cancel
                )
        );
        var reset = new Command(
            "reset-password",
            "Take a person's password and second factor away, end their sessions and tokens, and print the link with which they choose a new one."
        )
        {
            name,
            config,
            set,
            format,
        };
        reset.SetAction(
            (result, cancel) =>
                WithAsync(
                    result.GetValue(config),
                    sets(result.GetValue(set)),
                    result.GetValue(format) == "json",
                    (context, links, cancel) => ResetAsync(context, links, result.GetValue(name)!, cancel),
                    cancel
                )
        );
        return new Command("console", "People of the web console, for an admin who is locked out of it.") { link, add, reset };
    }

    private static async Task<int> SetUpAsync(PeopleContext context, PrintedLinks links, CancellationToken cancel)
    {
        if (await context.Users.AnyAsync(person => person.Role == PersonRole.ServerAdmin, cancel).ConfigureAwait(false))
            return Refuse("there is a server admin already; 'accountguard console reset-password NAME' helps who lost the password");
        await links.PrintAsync(LinkKind.SetUp, null, "set-up", cancel).ConfigureAwait(false);
        return 0;
    }

    private static async Task<int> AddAsync(PeopleContext context, PrintedLinks links, Person person, CancellationToken cancel)
    {
        person.NormalizedUserName = Normalize(person.UserName!);
        if (person.UserName!.Length is < 2 or > 200 || !Printable.IsPlain(person.UserName))
            return Refuse($"'{person.UserName}' is not a name to sign in with");
        if (await context.Users.AnyAsync(known => known.NormalizedUserName == person.NormalizedUserName, cancel).ConfigureAwait(false))
            return Refuse($"{person.UserName} is there already");
        person.Created = TimeProvider.System.GetUtcNow();
        person.SecurityStamp = RandomSecret.New();
        context.Users.Add(person);
        await context.SaveChangesAsync(cancel).ConfigureAwait(false);
        await links.PrintAsync(LinkKind.Password, person.Id, "password", cancel).ConfigureAwait(false);
        return 0;
    }

    private static async Task<int> ResetAsync(PeopleContext context, PrintedLinks links, string name, CancellationToken cancel)
    {
        var normalized = Normalize(name);
        if (await context.Users.SingleOrDefaultAsync(known => known.NormalizedUserName == normalized, cancel).ConfigureAwait(false) is not { } person)
            return Refuse($"nobody is called {name}");
        (person.PasswordHash, person.TwoFactorEnabled, person.Disabled, person.SecurityStamp) = (null, false, false, RandomSecret.New());
        await context.Sessions.Where(session => session.PersonId == person.Id).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
        await context.Tokens.Where(token => token.PersonId == person.Id).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
        await context.SaveChangesAsync(cancel).ConfigureAwait(false);
        await links.PrintAsync(LinkKind.Password, person.Id, "password", cancel).ConfigureAwait(false);
        return 0;
    }

    private static async Task<int> WithAsync(
        string? config,
        IReadOnlyDictionary<string, string> sets,
        bool json,
        Func<PeopleContext, PrintedLinks, CancellationToken, Task<int>> act,
        CancellationToken cancel
    )
    {
        var loaded = GuardConfiguration.Load(config, sets);
        if (loaded.Settings is not { } settings)
            return ConfigurationMistakes.Refuse(loaded.Faults, Console.Error);
        if (settings.Console is not { } console)
            return Refuse("the console is off (console.listen)");
        try
        {
            var contexts = new Contexts(Options(settings));
            var context = contexts.CreateDbContext();
            await using (context.ConfigureAwait(false))
            {
                await PeopleDatabase.PrepareAsync(context, cancel).ConfigureAwait(false);
                return await act(context, new PrintedLinks(new OneTimeLinks(contexts, TimeProvider.System), console, json), cancel).ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or System.Data.Common.DbException or DbUpdateException)
        {
            return Refuse(Failures.Say(failure, settings));
        }
    }

    private static DbContextOptions<PeopleContext> Options(GuardSettings settings)
    {
        var options = new DbContextOptionsBuilder<PeopleContext>();
        PeopleDatabase.Use(options, settings);
        return options.Options;
    }

    private static string Normalize(string name) => new UpperInvariantLookupNormalizer().NormalizeName(name);

    private static PersonRole Role(string word, Action<string> wrong)
    {
        if (EnumWords.TryParse<PersonRole>(word, out var role))
            return role;
        wrong($"'{word}' is not a role: server-admin, site-owner, account-owner or read-only");
        return PersonRole.ReadOnly;
    }

    private static int Refuse(string why)
    {
        Console.Error.WriteLine(why);
        return 1;
    }

    /// <summary>Makes links and prints them as the person who shall have them can open them.</summary>
    private sealed class PrintedLinks(OneTimeLinks links, ConsoleSettings settings, bool json)
    {
        public async Task PrintAsync(LinkKind kind, string? person, string page, CancellationToken cancel)
        {
            var secret = await links.IssueAsync(kind, person, "accountguard console", cancel).ConfigureAwait(false);
            var link = $"{settings.AddressAt(settings.Listen.Port)}/{page}?token={secret}";
            OutputFormat.Write(Console.Out, json, link, new { Link = link });
        }
    }

    private sealed class Contexts(DbContextOptions<PeopleContext> options) : IDbContextFactory<PeopleContext>
    {
        public PeopleContext CreateDbContext() => new(options);
    }
}
