using Guard.Host.Inspection.Editing;
using Xunit;

namespace Guard.Host.Tests.Inspection;

/// <summary>Typing commands: the line, completion and history.</summary>
public sealed class EditingSpecs
{
    private static EditedLine Typed(params ConsoleKeyInfo[] keys)
    {
        var line = new EditedLine();
        line.Insert("user show");
        foreach (var key in keys)
            line.Take(key);
        return line;
    }

    private static ConsoleKeyInfo Key(ConsoleKey key, char letter = '\0', bool control = false) => new(letter, key, false, false, control);

    [Fact]
    public void Letters_go_in_where_the_cursor_is()
    {
        Assert.Equal("xuser show", Typed(Key(ConsoleKey.Home), Key(ConsoleKey.X, 'x')).Text);
        Assert.Equal("user shoxw", Typed(Key(ConsoleKey.LeftArrow), Key(ConsoleKey.X, 'x')).Text);
        Assert.Equal("user sho", Typed(Key(ConsoleKey.Backspace, '\b')).Text);
        Assert.Equal("user ", Typed(Key(ConsoleKey.W, '\u0017', control: true)).Text);
        Assert.Equal("", Typed(Key(ConsoleKey.U, '\u0015', control: true)).Text);
    }

    [Theory]
    [InlineData("us", "user")]
    [InlineData("user l", "lock")]
    [InlineData("user show ", "anna@example.com,info@example.com")]
    [InlineData("site show ex", "example.com")]
    [InlineData("top ", "activity,score")]
    [InlineData("guard ta", "tail")]
    [InlineData("cluster ", "")]
    [InlineData("user lock x@y ", "1h,1d,30m")]
    public void Tab_offers_what_may_follow(string typed, string offered)
    {
        var candidates = new CommandCompletion().Candidates(typed, ["user show info@example.com", "tail anna@example.com"]);
        Assert.Equal(offered.Split(',', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal), candidates);
    }

    [Fact]
    public void What_is_chosen_takes_the_place_of_the_word_begun()
    {
        var line = new EditedLine();
        line.Insert("user sh");
        line.Complete("show ");
        Assert.Equal(("user show ", 10), (line.Text, line.Cursor));
        Assert.Equal("user ", CommandCompletion.Common(["user lock", "user show"]));
    }

    [Fact]
    public void The_arrows_walk_through_what_was_typed_before_and_it_is_kept()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("accountguard-history").FullName, "deep", "history");
        var history = new LineHistory(file);
        history.Add("top");
        history.Add("top");
        history.Add("cluster");
        history.Save();
        var later = new LineHistory(file);
        Assert.Equal(["top", "cluster"], later.Lines);
        Assert.Equal(("cluster", "top", "top", "cluster", ""), (later.Older(), later.Older(), later.Older(), later.Newer(), later.Newer()));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Directory.Delete(Path.GetDirectoryName(Path.GetDirectoryName(file))!, true);
    }
}
