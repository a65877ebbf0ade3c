using System.CommandLine;
using Guard.Host.Configuration;

namespace Guard.Host.Commands;

/// <summary><c>accountguard token new</c>: makes a token for a program, and the lines of configuration that let it in. Keeps nothing.</summary>
internal static class TokenCommand
{
    public static Command Create(Option<string> format)
    {
        var scope = new Option<string[]>("--scope")
        {
            Description = "observe: tell observations; decide: ask for decisions. May be repeated.",
            Arity = ArgumentArity.OneOrMore,
            Required = true,
        };
        scope.AcceptOnlyFromAmong("observe", "decide");
        var site = new Option<string[]>("--site") { Description = "Only for accounts of this site; may be repeated. None: all accounts." };
        var name = new Option<string>("--name")
        {
            Description = "The program's lasting name: small letters, digits, dots, hyphens.",
            DefaultValueFactory = _ => "panel",
        };
        var days = new Option<int>("--days") { Description = "How long it lasts.", DefaultValueFactory = _ => 365 };
        days.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !(int.TryParse(result.Tokens[0].Value, out var number) && number is >= 1 and <= 3660))
                result.AddError("--days is a number from 1 to 3660");
        });
        var create = new Command("new", "Make a token; it is printed once, the configuration holds only its hash.") { scope, site, name, days, format };
        name.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !ApiToken.IsName(result.Tokens[0].Value))
                result.AddError($"'{result.Tokens[0].Value}' is no name: up to 40 small letters, digits, dots and hyphens");
        });
        create.SetAction(result =>
            Write(
                result.GetValue(name)!,
                result.GetValue(scope)!,
                result.GetValue(site) ?? [],
                Console.Out,
                result.GetValue(days),
                TimeProvider.System,
                result.GetValue(format) == "json"
            )
        );
        return new Command("token", "Tokens of programs that tell observations or ask for decisions by HTTP.") { create };
    }

    internal static int Write(string name, string[] scopes, string[] sites, TextWriter output, int days = 365, TimeProvider? clock = null, bool json = false)
    {
        var token = ConfiguredTokens.Create();
        var only = sites.Length == 0 ? "" : $", sites = [{string.Join(", ", sites.Distinct().Select(one => $"\"{one}\""))}]";
        var expires = (clock ?? TimeProvider.System).GetUtcNow().UtcDateTime.Date.AddDays(days + 1);
        var lines =
            $"accountguard.intake.http.tokens.\"{name}\" {{ sha256 = \"{Convert.ToHexStringLower(ConfiguredTokens.HashOf(token))}\", scopes = [{string.Join(", ", scopes.Distinct())}]{only}, expires = {expires:yyyy-MM-dd} }}";
        OutputFormat.Write(output, json, $"token: {token}\n{lines}", new { Token = token, Configuration = lines });
        return 0;
    }
}
