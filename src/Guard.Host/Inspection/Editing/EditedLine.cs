namespace Guard.Host.Inspection.Editing;

/// <summary>A line being typed, and the cursor in it. What keys mean is here; how it looks on a terminal is not.</summary>
public sealed class EditedLine
{
    public string Text { get; private set; } = "";

    public int Cursor { get; private set; }

    public void Replace(string text) => (Text, Cursor) = (text, text.Length);

    public void Insert(string text)
    {
        Text = Text.Insert(Cursor, text);
        Cursor += text.Length;
    }

    /// <summary>Takes what was typed since the last space for a completed word.</summary>
    public void Complete(string word)
    {
        var start = Text.LastIndexOf(' ', Math.Max(0, Cursor - 1), Cursor) + 1;
        Text = Text.Remove(start, Cursor - start).Insert(start, word);
        Cursor = start + word.Length;
    }

    /// <summary>False when the key means nothing to a line.</summary>
    public bool Take(ConsoleKeyInfo key)
    {
        var control = key.Modifiers.HasFlag(ConsoleModifiers.Control);
        switch (key.Key)
        {
            case ConsoleKey.LeftArrow:
                Cursor = Math.Max(0, Cursor - 1);
                return true;
            case ConsoleKey.RightArrow:
                Cursor = Math.Min(Text.Length, Cursor + 1);
                return true;
            case ConsoleKey.Home:
            case ConsoleKey.A when control:
                Cursor = 0;
                return true;
            case ConsoleKey.End:
            case ConsoleKey.E when control:
                Cursor = Text.Length;
                return true;
            case ConsoleKey.Backspace when Cursor > 0:
                Text = Text.Remove(--Cursor, 1);
                return true;
            case ConsoleKey.Delete when Cursor < Text.Length:
                Text = Text.Remove(Cursor, 1);
                return true;
            case ConsoleKey.U when control:
                Text = Text[Cursor..];
                Cursor = 0;
                return true;
            case ConsoleKey.W when control:
                var before = Text[..Cursor].TrimEnd();
                var start = before.LastIndexOf(' ') + 1;
                Text = Text.Remove(start, Cursor - start);
                Cursor = start;
                return true;
            default:
                if (control || char.IsControl(key.KeyChar))
                    return false;
                Insert(key.KeyChar.ToString());
                return true;
        }
    }
}
