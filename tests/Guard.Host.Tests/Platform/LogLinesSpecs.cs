using System.Globalization;
using CsCheck;
using Guard.Host.Platform;
using Guard.Messages.Identity;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Xunit;

namespace Guard.Host.Tests.Platform;

/// <summary>Whatever strangers write, a line of the log, of the audit, of a terminal is ours.</summary>
public sealed class LogLinesSpecs
{
    private const string Forged = "x\n[21:37:45 INF] Audit 9: sign-in root by root from 127.0.0.1: done (95faec9754a653fc)";

    private static readonly string[] Pieces =
    [
        "\n",
        "\r\n",
        "\u2028",
        "\u2029",
        "\u0085",
        "\u202e",
        "\u2066",
        "\u200b",
        "\ufeff",
        "\e[2J",
        "\e]0;owned\a",
        "\0",
        "\b",
        "\U000E0041",
        "\ud800",
        Forged,
    ];

    private static readonly Gen<string> Hostile = Gen.OneOf(
        Gen.String,
        Gen.Int[0, Pieces.Length - 1].Select(piece => Pieces[piece]).Array[1, 20].Select(pieces => string.Concat(pieces))
    );

    [Fact]
    public void Any_text_becomes_one_piece_of_one_line() =>
        Hostile.Sample(text =>
        {
            var shown = Printable.Of(text);
            Assert.DoesNotContain(
                shown.EnumerateRunes(),
                rune =>
                    System.Text.Rune.GetUnicodeCategory(rune)
                        is UnicodeCategory.Control
                            or UnicodeCategory.Format
                            or UnicodeCategory.LineSeparator
                            or UnicodeCategory.ParagraphSeparator
            );
            // Halves of characters would be no UTF-8.
            Assert.DoesNotContain('\ufffd', new System.Text.UTF8Encoding(false).GetString(System.Text.Encoding.UTF8.GetBytes(shown)).Except(text));
            Assert.Same(shown, Printable.Of(shown));
        });

    [Theory]
    [InlineData("müller@bücher.example")]
    [InlineData("名前@例え.jp")]
    [InlineData("o'brien+x=y@example.com")]
    [InlineData("😀")]
    public void What_people_write_stays(string text) => Assert.Same(text, Printable.Of(text));

    [Fact]
    public void A_word_cannot_go_on_as_the_rest_of_its_line()
    {
        Assert.Equal("anna@example.com", Printable.Word("anna@example.com"));
        Assert.Equal("\"x by root from 127.0.0.1: done (00)\"", Printable.Word("x by root from 127.0.0.1: done (00)"));
        Assert.Equal("\"x\\\" by root\"", Printable.Word("x\" by root"));
        Assert.Equal("\"\"", Printable.Word(""));
    }

    [Fact]
    public void A_name_with_a_line_of_its_own_makes_none() =>
        Hostile.Sample(name =>
        {
            var lines = Written(log => log.Warning("{Who} came from {From:l} {Number} times", name, name, 7));
            Assert.Single(lines);
            Assert.StartsWith("[", lines[0], StringComparison.Ordinal);
            Assert.EndsWith(" 7 times", lines[0], StringComparison.Ordinal);
        });

    [Fact]
    public void An_exception_with_a_line_of_its_own_makes_none_that_begins_as_ours()
    {
        var lines = Written(log => log.Error(new InvalidOperationException(Forged), "it failed"));
        Assert.Single(lines, line => line.StartsWith('['));
        Assert.All(lines.Skip(1), line => Assert.StartsWith("    ", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Reasons_stand_under_their_incident()
    {
        var lines = Written(log => log.Warning("ALARM {User:l}{Lines:l}", "anna", "\n      rule one\n      rule two"));
        Assert.Equal(
            ["ALARM anna", "      rule one", "      rule two"],
            [lines[0][(lines[0].IndexOf("]", StringComparison.Ordinal) + 2)..], lines[1], lines[2]]
        );
    }

    private static string[] Written(Action<ILogger> write)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        using (var log = new LoggerConfiguration().WriteTo.Sink(new Into(output)).CreateLogger())
            write(log);
        return output.ToString().TrimEnd('\n').Split('\n');
    }

    private sealed class Into(TextWriter output) : ILogEventSink
    {
        private readonly LogLines _lines = new();

        public void Emit(LogEvent logEvent) => _lines.Format(logEvent, output);
    }
}
