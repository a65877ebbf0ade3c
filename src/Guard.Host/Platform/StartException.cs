namespace Guard.Host.Platform;

/// <summary>What keeps a command from starting, in one line: the setting, what is wrong, and what to do.</summary>
public sealed class StartException(string key, string problem, string remedy, Exception? inner = null)
    : IOException($"{key}: {OneLine(problem)}; {remedy}", inner)
{
    /// <summary>An address that cannot be had.</summary>
    public static StartException Listening(string key, string name, object address, Exception failure) =>
        new(
            key,
            $"{name}: cannot listen on {address}: {failure.Message}",
            "stop the program that has the address (ss -lntup shows it), or set another one, here and where it is asked",
            failure
        );

    internal static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim().TrimEnd('.');
}
