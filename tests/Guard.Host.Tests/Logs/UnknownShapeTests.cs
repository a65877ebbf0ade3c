using System.Text;
using Guard.Host.Intake.Logs;
using Guard.Host.Intake.Logs.Shapes;
using Xunit;

namespace Guard.Host.Tests.Logs;

/// <summary>What is shown of lines that are not understood, and what is said of a source.</summary>
public sealed class UnknownShapeTests
{
    private static string Shape(string message)
    {
        Span<char> shape = stackalloc char[ShapeMask.Longest];
        return new string(shape[..ShapeMask.Of(Encoding.UTF8.GetBytes(message), shape)]);
    }

    [Theory]
    [InlineData(
        "4ABC8B20217: client=mail.example.com[192.0.2.7]:1234, sasl_method=PLAIN, sasl_username=anna",
        "*: client=*[*]:*, sasl_method=*, sasl_username=*"
    )]
    [InlineData(
        "5ABC8B20218: client=unknown[2001:db8::7], sasl_method=LOGIN, sasl_username=bert@example.com",
        "*: client=*[*], sasl_method=*, sasl_username=*"
    )]
    [InlineData(
        "imap-login: Odd: user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, session=<abc>",
        "imap-login: Odd: user=<*>, method=*, rip=*, session=<*>"
    )]
    [InlineData("said \"hello world\" to 'x y' at 10", "said \"*\" to '*' at *")]
    [InlineData("a\u0001\u001b[31mb", "a??[*")]
    public void What_varies_is_masked(string message, string shape) => Assert.Equal(shape, Shape(message));

    [Fact]
    public void A_sample_is_bounded_and_counts()
    {
        var shapes = new UnknownShapes();
        for (var i = 0; i < 5000; i++)
        {
            var word = Encoding.UTF8.GetBytes(new string([.. $"{i}".Select(c => (char)(c - '0' + 'a'))]) + " odd");
            shapes.Take("postfix", "postfix/smtpd"u8, word, word);
        }
        var snapshot = shapes.Snapshot();
        Assert.InRange(snapshot.Length, 50, 101);
        Assert.Equal(5000, snapshot.Sum(shape => shape.Count));
        Assert.True(snapshot[0].Count > 4000);
    }

    [Fact]
    public void Lines_of_unknown_shape_are_sampled_with_an_example()
    {
        var shapes = new UnknownShapes();
        var parsed = new Parsed(Parsed.Settings with { Unknown = shapes });
        for (var i = 0; i < 3; i++)
            parsed.Feed($"Nov 24 00:25:29 mail dovecot: imap-login: Login: user=<anna{i}>, method=PLAIN, rip=nonsense, lip=127.0.0.1, session=<Hmtqv>");
        Assert.Equal(LineResult.Unknown, parsed.Last);
        var shape = Assert.Single(shapes.Snapshot());
        Assert.Equal(("dovecot", 3L), (shape.Daemon, shape.Count));
        Assert.Contains("anna0", shape.Example, StringComparison.Ordinal);
        Assert.DoesNotContain("anna", shape.Shape, StringComparison.Ordinal);
    }
}
