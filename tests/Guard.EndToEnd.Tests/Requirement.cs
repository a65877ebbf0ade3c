using Guard.Host.Platform;
using Xunit;

namespace Guard.EndToEnd.Tests;

/// <summary>What a test needs of the machine. Without it the test is skipped with the reason, or fails when ACCOUNTGUARD_E2E=required.</summary>
internal static class Requirement
{
    private static bool Strict => Environment.GetEnvironmentVariable("ACCOUNTGUARD_E2E") == "required";

    public static void Root() =>
        That(Environment.UserName == "root" && Environment.IsPrivilegedProcess, "needs root, to make network namespaces and run daemons");

    public static void Programs(params string[] programs)
    {
        foreach (var program in programs)
            That(Installed(program), $"needs the program {program}, which is not installed");
    }

    public static void That(bool met, string reason)
    {
        if (met)
            return;
        if (Strict)
            Assert.Fail($"ACCOUNTGUARD_E2E=required, but: {reason}");
        Assert.Skip(reason);
    }

    private static bool Installed(string program) =>
        new[] { "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin" }.Any(directory => File.Exists(Path.Combine(directory, program)));

    /// <summary>Runs a program that has to succeed.</summary>
    public static async Task<string> Must(this IProcessRunner runner, ProcessRequest request, CancellationToken cancellation)
    {
        var outcome = await runner.Run(request, cancellation);
        Assert.True(outcome.Succeeded, $"{request.Program} {string.Join(' ', request.Arguments)}: {outcome.ExitCode} {outcome.Complaint}");
        return outcome.Output;
    }
}
