using Xunit;

namespace Guard.Host.Tests.Console;

/// <summary>
/// A field that follows typing is bound: Blazor then knows that the browser already shows what was typed. A plain value beside a handler of "oninput" is written
/// back over what was typed meanwhile, and loses letters on a slow line.
/// </summary>
public sealed class FieldSpecs
{
    private static readonly string[] Pages = Directory.GetFiles(
        Path.Combine(Repository.Root, "src", "Guard.Host", "Web"),
        "*.razor",
        SearchOption.AllDirectories
    );

    [Fact]
    public void No_field_is_written_back_over_what_is_typed() =>
        Assert.DoesNotContain(Pages, page => File.ReadAllText(page).Contains("@oninput", StringComparison.Ordinal));

    [Fact]
    public void Fields_that_follow_typing_are_found() =>
        Assert.True(Pages.Count(page => File.ReadAllText(page).Contains("@bind:event=\"oninput\"", StringComparison.Ordinal)) >= 5);
}
