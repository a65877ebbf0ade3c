using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using Fluid;

namespace Guard.Host.Reports.Texts;

/// <summary>
/// Liquid templates of mails: built in for each language, and before them an admin's own from a directory, read anew when they change.
/// </summary>
/// <param name="directory">Of <c>LANGUAGE/NAME.liquid</c>; empty: none.</param>
/// <param name="complain">Hears of a template of one's own that cannot be used; the built-in one is taken instead.</param>
internal sealed class ReportTemplates(string directory, Action<string> complain)
{
    /// <summary>Every template that may be overridden.</summary>
    public static readonly string[] Names = ["incident.subject", "incident.text", "incident.html", "digest.subject", "digest.text", "digest.html"];

    public static readonly string[] Languages = ["en", "de"];

    /// <summary>A template of an admin may loop, but not for ever.</summary>
    private const int MaxSteps = 200_000;

    private static readonly FluidParser Parser = new();
    private static readonly TemplateOptions Options = new() { MaxSteps = MaxSteps };
    private static readonly ConcurrentDictionary<string, IFluidTemplate> BuiltIn = new();

    private readonly ConcurrentDictionary<string, (DateTime Written, IFluidTemplate? Template)> _own = new();

    /// <exception cref="ParseException">A template cannot be used, and neither can the built-in one.</exception>
    public async Task<string> RenderAsync(string language, string name, IDictionary<string, object?> facts)
    {
        TextEncoder encoder = name.EndsWith(".html", StringComparison.Ordinal) ? HtmlEncoder.Default : NullEncoder.Default;
        if (Own(language, name) is { } own)
        {
            try
            {
                return await RenderAsync(own, facts, encoder).ConfigureAwait(false);
            }
            catch (Exception fault) when (fault is InvalidOperationException or ArgumentException or FormatException)
            {
                complain($"{PathOf(language, name)}: {fault.Message}; the built-in text is used");
            }
        }
        return await RenderAsync(BuiltIn.GetOrAdd($"{language}/{name}", Read), facts, encoder).ConfigureAwait(false);
    }

    /// <summary>Faults of the templates in the directory, each with its file.</summary>
    public IEnumerable<string> Faults()
    {
        foreach (var (language, name) in Languages.SelectMany(language => Names.Select(name => (language, name))))
        {
            var path = PathOf(language, name);
            if (directory.Length > 0 && File.Exists(path) && !Parser.TryParse(File.ReadAllText(path), out _, out var error))
                yield return $"{path}: {error}";
        }
    }

    private static async Task<string> RenderAsync(IFluidTemplate template, IDictionary<string, object?> facts, TextEncoder encoder)
    {
        var context = new TemplateContext(Options);
        foreach (var (name, value) in facts)
            context.SetValue(name, value!);
        return await template.RenderAsync(context, encoder).ConfigureAwait(false);
    }

    private IFluidTemplate? Own(string language, string name)
    {
        if (directory.Length == 0)
            return null;
        var path = PathOf(language, name);
        var written = File.GetLastWriteTimeUtc(path);
        if (!File.Exists(path))
            return null;
        if (_own.TryGetValue(path, out var known) && known.Written == written)
            return known.Template;
        IFluidTemplate? template = null;
        try
        {
            if (!Parser.TryParse(File.ReadAllText(path), out template, out var error))
                complain($"{path}: {error}; the built-in text is used");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            complain($"{path}: {unreadable.Message}; the built-in text is used");
        }
        _own[path] = (written, template);
        return template;
    }

    private string PathOf(string language, string name) => Path.Combine(directory, language, name + ".liquid");

    private static IFluidTemplate Read(string name)
    {
        using var stream = typeof(ReportTemplates).Assembly.GetManifestResourceStream($"reports.{name}.liquid")!;
        using var reader = new StreamReader(stream);
        return Parser.Parse(reader.ReadToEnd());
    }
}
