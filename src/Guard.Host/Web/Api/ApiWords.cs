using Guard.Host.Configuration;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Messages.Identity;

namespace Guard.Host.Web.Api;

/// <summary>Reads words of a request.</summary>
internal static class ApiWords
{
    public static UserId User(string text) => new(text.Trim().ToLowerInvariant());

    public static SiteId? Site(string? text) => string.IsNullOrWhiteSpace(text) ? null : new SiteId(text.Trim().ToLowerInvariant());

    /// <summary>A word of an enumeration, in kebab case.</summary>
    /// <exception cref="BadRequestException">It is none.</exception>
    public static T Of<T>(string? text, T otherwise)
        where T : struct, Enum
    {
        if (string.IsNullOrEmpty(text))
            return otherwise;
        return EnumWords.TryParse<T>(text, out var value)
            ? value
            : throw new BadRequestException(
                $"'{text}' is none of {string.Join(", ", Enum.GetNames<T>().Select(System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName))}"
            );
    }

    /// <exception cref="BadRequestException">It is no duration.</exception>
    public static TimeSpan Duration(string? text, TimeSpan otherwise) =>
        string.IsNullOrEmpty(text) ? otherwise
        : NodeReader.TryDuration(text, out var span) ? span
        : throw new BadRequestException($"'{text}' is not a duration such as 30m, 2h or 1d");
}
