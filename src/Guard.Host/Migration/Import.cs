namespace Guard.Host.Migration;

/// <summary>What is imported.</summary>
/// <param name="Domain">To which domain names without one belong; empty: none.</param>
/// <param name="Requests">What postfwd's <c>rate</c> counts where a rule does not say.</param>
internal sealed record ImportRequest(string Program, string Path, string Domain = "", string Requests = PostfwdRules.Recipients);

/// <summary>Reads another program's configuration.</summary>
internal static class Import
{
    public static IReadOnlyList<string> Programs { get; } = [PostfwdRules.Program, PolicydRateLimitFile.Program, Fail2BanJails.Program, CsfFiles.Program];

    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="FormatException">It is not what it is called.</exception>
    public static ImportedPolicy From(ImportRequest request)
    {
        var policy = new ImportedPolicy(request.Program, request.Path);
        switch (request.Program)
        {
            case PostfwdRules.Program:
                new PostfwdRules(request.Domain, request.Requests, Text).Convert(File.ReadAllText(request.Path), policy);
                break;
            case PolicydRateLimitFile.Program:
                new PolicydRateLimitFile(request.Domain).Convert(File.ReadAllText(request.Path), policy);
                break;
            case CsfFiles.Program:
                new CsfFiles(Text).Convert(Path.GetFullPath(request.Path), File.ReadAllText(request.Path), policy);
                break;
            default:
                // The one file that fail2ban always has: a directory without it is another one.
                _ = File.ReadAllText(Path.Combine(request.Path, "jail.conf"));
                new Fail2BanJails(Text, Files).Convert(request.Path, policy);
                break;
        }
        return policy;
    }

    private static IReadOnlyList<string> Files(string directory) => Directory.Exists(directory) ? Directory.GetFiles(directory) : [];

    private static string? Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
