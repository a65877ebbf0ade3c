using System.Globalization;
using System.Net;
using System.Text;

namespace Guard.Bench.Detection.Reporting;

/// <summary>A line, or single points when <paramref name="Marks"/>.</summary>
public sealed record Series(string Name, IReadOnlyList<(double X, double Y)> Points, bool Marks = false);

/// <summary>A plot of a few lines as SVG text.</summary>
public sealed class LinePlot(string title, Axis x, Axis y)
{
    private const int Width = 920;
    private const int Height = 480;
    private const int Left = 60;
    private const int Right = 300;
    private const int Top = 36;
    private const int Bottom = 50;

    private static readonly string[] Colours =
    [
        "#1b6ca8",
        "#d1495b",
        "#3a7d44",
        "#edae49",
        "#6a4c93",
        "#00798c",
        "#8d6e63",
        "#e36414",
        "#5f6caf",
        "#9a031e",
        "#444444",
    ];

    public string Draw(IReadOnlyList<Series> series)
    {
        var svg = new StringBuilder();
        svg.AppendLine(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\">"
        );
        svg.AppendLine(CultureInfo.InvariantCulture, $"<rect width=\"{Width}\" height=\"{Height}\" fill=\"white\"/>");
        svg.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"22\" font-size=\"15\">{WebUtility.HtmlEncode(title)}</text>");
        Grid(svg);
        for (var i = 0; i < series.Count; i++)
            Draw(svg, series[i], Colours[i % Colours.Length], i);
        svg.AppendLine("</svg>");
        return svg.ToString();
    }

    private void Grid(StringBuilder svg)
    {
        foreach (var tick in x.Ticks)
        {
            svg.AppendLine(
                CultureInfo.InvariantCulture,
                $"<path d=\"M{X(tick):0.0} {Top}V{Height - Bottom}\" stroke=\"#ddd\"/><text x=\"{X(tick):0.0}\" y=\"{Height - Bottom + 16}\" text-anchor=\"middle\">{Axis.Text(tick)}</text>"
            );
        }
        foreach (var tick in y.Ticks)
        {
            svg.AppendLine(
                CultureInfo.InvariantCulture,
                $"<path d=\"M{Left} {Y(tick):0.0}H{Width - Right}\" stroke=\"#ddd\"/><text x=\"{Left - 6}\" y=\"{Y(tick) + 4:0.0}\" text-anchor=\"end\">{Axis.Text(tick)}</text>"
            );
        }
        svg.AppendLine(
            CultureInfo.InvariantCulture,
            $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 12}\" text-anchor=\"middle\">{WebUtility.HtmlEncode(x.Title)}</text>"
        );
        svg.AppendLine(
            CultureInfo.InvariantCulture,
            $"<text transform=\"translate(16 {(Top + Height - Bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">{WebUtility.HtmlEncode(y.Title)}</text>"
        );
    }

    private void Draw(StringBuilder svg, Series series, string colour, int index)
    {
        var legend = Top + 12 + index * 20;
        svg.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"{Width - Right + 34}\" y=\"{legend + 4}\">{WebUtility.HtmlEncode(series.Name)}</text>");
        if (series.Marks)
        {
            foreach (var (px, py) in series.Points.Append((double.NaN, double.NaN)))
            {
                var (cx, cy) = double.IsNaN(px) ? (Width - Right + 22, legend) : (X(px), Y(py));
                svg.AppendLine(CultureInfo.InvariantCulture, $"<circle cx=\"{cx:0.0}\" cy=\"{cy:0.0}\" r=\"5\" fill=\"{colour}\"/>");
            }
            return;
        }
        svg.AppendLine(CultureInfo.InvariantCulture, $"<path d=\"M{Width - Right + 12} {legend}h18\" stroke=\"{colour}\" stroke-width=\"2\"/>");
        var path = string.Join("L", series.Points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.X):0.0} {Y(point.Y):0.0}")));
        if (path.Length > 0)
            svg.AppendLine(CultureInfo.InvariantCulture, $"<path d=\"M{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>");
    }

    private double X(double value) => Left + x.Share(value) * (Width - Right - Left);

    private double Y(double value) => Height - Bottom - y.Share(value) * (Height - Bottom - Top);
}
