using Microsoft.AspNetCore.Identity;

namespace Guard.Host.Web.People;

/// <summary>Length counts, kinds of characters do not; what is easily guessed from the name is refused. As NIST SP 800-63B and OWASP ASVS 2.1 have
/// it.</summary>
internal sealed class PasswordRules : IPasswordValidator<Person>
{
    public const int Shortest = 12;
    public const int Longest = 128;

    private static readonly string[] Guessable =
    [
        "password",
        "passwort",
        "accountguard",
        "123456",
        "qwert",
        "asdfgh",
        "letmein",
        "welcome",
        "willkommen",
        "admin",
        "iloveyou",
        "geheim",
        "hallo",
        "monkey",
        "dragon",
        "sunshine",
        "football",
    ];

    public Task<IdentityResult> ValidateAsync(UserManager<Person> manager, Person user, string? password)
    {
        var text = password ?? "";
        var problem = Problem(text, user.UserName ?? "");
        return Task.FromResult(problem is null ? IdentityResult.Success : IdentityResult.Failed(new IdentityError { Code = problem, Description = problem }));
    }

    /// <summary>The key of what is wrong with it; null when nothing is.</summary>
    public static string? Problem(string password, string name)
    {
        if (password.Length < Shortest)
            return "password.short";
        if (password.Length > Longest)
            return "password.long";
        var rest = password.ToLowerInvariant();
        foreach (var word in Guessable.Append(name.Split('@')[0].ToLowerInvariant()).Where(word => word.Length >= 4))
            rest = rest.Replace(word, "", StringComparison.Ordinal);
        // What is left when the usual words are out, and how many different characters that are.
        return rest.Length < 6 || password.Distinct().Count() < 5 ? "password.guessable" : null;
    }
}
