using System.Diagnostics;
using Xunit;

namespace Guard.Host.Tests.Running;

/// <summary>The built program itself, as a shell starts it.</summary>
public sealed class ProgramSpecs
{
    [Fact]
    public async Task Its_commands_are_listed_each_once()
    {
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", [typeof(Guard.Host.Running.GuardNode).Assembly.Location, "--help"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var text = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await error);
        string[] names =
        [
            .. text[text.IndexOf("Commands:", StringComparison.Ordinal)..]
                .Split('\n')
                .Skip(1)
                .Select(line => line.TrimStart().Split(' ')[0])
                .Where(name => name.Length > 0),
        ];
        Assert.Contains("run", names);
        Assert.Contains("replay", names);
        Assert.Equal(names.Distinct(), names);
    }
}
