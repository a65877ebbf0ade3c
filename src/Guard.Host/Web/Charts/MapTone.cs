namespace Guard.Host.Web.Charts;

/// <summary>How a country looks on the map.</summary>
/// <param name="Class">A class of console.css, such as <c>used</c> or <c>blocked</c>.</param>
/// <param name="Title">What the pointer is told.</param>
/// <param name="Strength">0 to 1: how deep the colour is.</param>
public sealed record MapTone(string Class, string Title, double Strength = 1);

/// <summary>A value on a day.</summary>
public sealed record DayValue(DateOnly Day, double Value);

/// <summary>A line of several values over time.</summary>
public sealed record RateLine(string Name, string Class, IReadOnlyList<double> Values);
