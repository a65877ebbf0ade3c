namespace Guard.Messages.Inspection;

/// <summary>What a column holds.</summary>
public enum CellKind : byte
{
    Empty = 0,
    Text = 1,
    Number = 2,
    Time = 3,
}

/// <summary>One value of a row, typed so that tools need not parse words.</summary>
/// <param name="Milliseconds">Since 1970, for <see cref="CellKind.Time"/>.</param>
public readonly record struct Cell(CellKind Kind, string Text, double Number, long Milliseconds)
{
    public static Cell Empty { get; } = new(CellKind.Empty, "", 0, 0);

    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeMilliseconds(Milliseconds);

    public static implicit operator Cell(string? text) => string.IsNullOrEmpty(text) ? Empty : new(CellKind.Text, text, 0, 0);

    public static implicit operator Cell(double number) => new(CellKind.Number, "", number, 0);

    public static implicit operator Cell(long number) => new(CellKind.Number, "", number, 0);

    public static implicit operator Cell(int number) => new(CellKind.Number, "", number, 0);

    public static implicit operator Cell(DateTimeOffset? at) => at is { } time ? new(CellKind.Time, "", 0, time.ToUnixTimeMilliseconds()) : Empty;
}

/// <summary>A column of an answer.</summary>
public readonly record struct Column(string Name, CellKind Kind);
