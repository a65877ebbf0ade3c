using System.CommandLine;
using Guard.Host.Configuration;

namespace Guard.Host.Commands;

/// <summary><c>accountguard token new</c>: makes a token for a program, and the lines of configuration that let it in. Keeps nothing.</summary>
internal static class TokenCommand
{
    public static Command Create()
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
        var create = new Command("new", "Make a token; it is printed once, the configuration holds only its hash.") { scope, site, name };
        name.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !ApiToken.IsName(result.Tokens[0].Value))
                result.AddError($"'{result.Tokens[0].Value}' is no name: up to 40 small letters, digits, dots and hyphens");
        });
        create.SetAction(result => Write(result.GetValue(name)!, result.GetValue(scope)!, result.GetValue(site) ?? [], Console.Out));
        return new Command("token", "Tokens of programs that tell observations or ask for decisions by HTTP.") { create };
    }

    internal static int Write(string name, string[] scopes, string[] sites, TextWriter output)
    {
        var token = ConfiguredTokens.Create();
        var only = sites.Length == 0 ? "" : $", sites = [{string.Join(", ", sites.Distinct().Select(one => $"\"{one}\""))}]";
        output.WriteLine($"token: {token}");
        output.WriteLine(
            $"accountguard.intake.http.tokens.\"{name}\" {{ sha256 = \"{Convert.ToHexStringLower(ConfiguredTokens.HashOf(token))}\", scopes = [{string.Join(", ", scopes.Distinct())}]{only} }}"
        );
        return 0;
    }
}
