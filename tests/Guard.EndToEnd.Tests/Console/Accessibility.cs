using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>What axe-core finds on a page.</summary>
internal static class Accessibility
{
    public static async Task NoFaultsAsync(IPage page, string where)
    {
        var result = await page.RunAxe();
        var faults = result.Violations.Where(fault => fault.Impact is "serious" or "critical").ToList();
        Assert.True(
            faults.Count == 0,
            $"{where}\n{string.Join("\n", faults.Select(fault => $"{fault.Id}: {fault.Help}: {string.Join(" | ", fault.Nodes.Take(3).Select(node => node.Html))}"))}"
        );
    }
}
