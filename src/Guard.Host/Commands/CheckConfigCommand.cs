using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Guard.Host.Configuration;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Host.Commands;

/// <summary><c>accountguard check-config</c>: every mistake with file, line, key and what was expected.</summary>
public static class CheckConfigCommand
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="show">A site or a user whose whole policy is printed too.</param>
    public static int Run(string? file, string format, IReadOnlyDictionary<string, string> sets, TextWriter output, string? show = null)
    {
        var loaded = WithNames(GuardConfiguration.Load(file, sets));
        var policy =
            show is null ? null
            : loaded.Settings is { } sound ? PolicyOf(sound.Policies, show)
            : null;
        if (format == "json")
        {
            output.WriteLine(
                JsonSerializer.Serialize(
                    new
                    {
                        Ok = loaded.Faults.Count == 0,
                        Faults = loaded.Faults,
                        Warnings = loaded.Warnings,
                        Policy = policy,
                    },
                    Readable
                )
            );
            return loaded.Faults.Count == 0 ? 0 : 2;
        }
        if (loaded.Settings is not { } settings)
            return ConfigurationMistakes.Refuse(loaded.Faults, output);
        foreach (var warning in loaded.Warnings)
            output.WriteLine($"warning: {warning}");
        output.WriteLine(
            $"OK: {settings.Policies.Sites.Count} sites, {settings.Policies.Sites.Values.Sum(site => site.Users.Count)} users with their own policy"
        );
        if (policy is not null)
            output.WriteLine(JsonSerializer.Serialize(policy, Readable));
        return 0;
    }

    /// <summary>What the configuration names is looked at as well.</summary>
    private static ConfigurationResult WithNames(ConfigurationResult loaded)
    {
        if (loaded.Settings is not { } settings)
            return loaded;
        var (faults, warnings) = NamedFiles.Look(settings, DateTimeOffset.UtcNow);
        return loaded with
        {
            Settings = faults.Count == 0 ? settings : null,
            Faults = [.. loaded.Faults, .. faults],
            Warnings = [.. loaded.Warnings, .. warnings],
        };
    }

    private static GuardPolicy PolicyOf(PolicyBook book, string name)
    {
        var text = name.ToLowerInvariant();
        var user = new UserId(text.Contains('@') ? text : $"@{text}");
        var site = book.For(book.SiteOf(user));
        return text.Contains('@') ? site.For(user) : site.Policy;
    }
}
