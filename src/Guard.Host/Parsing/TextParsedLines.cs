using System.Globalization;
using System.Text;
using Guard.Host.Intake.Logs;
using Guard.Host.Intake.Logs.Shapes;
using Guard.Messages.Identity;
using Guard.Messages.Observations;

namespace Guard.Host.Parsing;

/// <summary>For people: each line with the fields that were taken out of it marked, what it told under it, and a summary.</summary>
internal sealed class TextParsedLines(Stream output, bool colours, UnknownShapes shapes) : IParsedLineWriter
{
    private const int MaxShapes = 20;
    private const string Marked = "\e[1;32m";
    private const string Faint = "\e[2m";
    private const string Plain = "\e[0m";

    private readonly StreamWriter _text = new(output, new UTF8Encoding(false), leaveOpen: true) { AutoFlush = false, NewLine = "\n" };
    private readonly long[] _kinds = new long[4];

    public void Line(long number, ReadOnlySpan<byte> line, LineResult kind, string? daemon, IReadOnlyList<ToldObservation> told)
    {
        _kinds[(int)kind]++;
        var head = string.Create(CultureInfo.InvariantCulture, $"{number,6}  {ParsedWords.Of(kind),-8}  {daemon ?? "-",-10}  ");
        var text = Shown(line);
        var marks = Marks(text, told);
        _text.WriteLine(colours ? head + Coloured(text, marks, kind) : head + text);
        if (!colours && marks.Contains(true))
            _text.WriteLine(new string(' ', head.Length) + new string([.. marks.Select(mark => mark ? '^' : ' ')]).TrimEnd());
        foreach (var one in told)
            _text.WriteLine($"{"",18}→ {Words(one)}");
    }

    public void Dispose()
    {
        var invariant = CultureInfo.InvariantCulture;
        _text.WriteLine();
        _text.WriteLine(
            string.Create(
                invariant,
                $"{_kinds.Sum():N0} lines: {_kinds[0]:N0} observed, {_kinds[1]:N0} carry nothing, {_kinds[2]:N0} of unknown shape, {_kinds[3]:N0} of no known daemon"
            )
        );
        foreach (var shape in shapes.Snapshot().Take(MaxShapes))
            _text.WriteLine(string.Create(invariant, $"{shape.Count,8:N0}  {shape.Daemon,-10}  {shape.Shape}"));
        _text.Flush();
        _text.Dispose();
        output.Flush();
    }

    private static string Shown(ReadOnlySpan<byte> line) => Printable.Of(Encoding.UTF8.GetString(line));

    private static bool[] Marks(string text, IReadOnlyList<ToldObservation> told)
    {
        var marks = new bool[text.Length];
        foreach (var one in told)
        {
            Mark(text, marks, one.QueueId);
            if (!Mark(text, marks, one.User.Value))
                Mark(text, marks, one.User.Local);
            Mark(text, marks, one.Sender);
            if (one.Observation is { Place.Address.IsNone: false } observation)
                Mark(text, marks, observation.Place.Address.ToString());
        }
        return marks;
    }

    private static bool Mark(string text, bool[] marks, string value)
    {
        var at = value.Length == 0 ? -1 : text.LastIndexOf(value, StringComparison.OrdinalIgnoreCase);
        if (at >= 0)
            marks.AsSpan(at, value.Length).Fill(true);
        return at >= 0;
    }

    private static string Coloured(string text, bool[] marks, LineResult kind)
    {
        if (kind is LineResult.Nothing or LineResult.Foreign)
            return $"{Faint}{text}{Plain}";
        var coloured = new StringBuilder(text.Length + 32);
        for (var i = 0; i < text.Length; i++)
        {
            if (marks[i] && (i == 0 || !marks[i - 1]))
                coloured.Append(Marked);
            coloured.Append(text[i]);
            if (marks[i] && (i + 1 == text.Length || !marks[i + 1]))
                coloured.Append(Plain);
        }
        return coloured.ToString();
    }

    private static string Words(ToldObservation told)
    {
        var who = told.User.IsNone ? "no user told" : told.User.Value;
        var at = told.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        return told.Observation switch
        {
            Login login => $"{at}  login  {ParsedWords.Of(login.Service)}  {ParsedWords.Of(login.Outcome)}  {who}  {From(login)}",
            Submission submission => string.Create(
                CultureInfo.InvariantCulture,
                $"{at}  submission  {who}  {From(submission)}  {told.Recipients} recipients  sender <{Safe(told.Sender)}>  queue {Safe(told.QueueId)}"
            ),
            Delivery delivery => $"{at}  delivery  {ParsedWords.Of(delivery.Outcome)}  {who}  queue {Safe(told.QueueId)}",
            _ => $"{at}  delivery  deferred  {who}  queue {Safe(told.QueueId)}",
        };
    }

    private static string From(Observation observation) => observation.Place.Address.IsNone ? "from nowhere told" : $"from {observation.Place.Address}";

    private static string Safe(string text) => Shown(Encoding.UTF8.GetBytes(text));
}
