using System.Buffers;
using System.Text;
using CsCheck;
using Guard.Host.Intake.PostfixPolicy;
using Xunit;

namespace Guard.Host.Tests.PostfixPolicy;

public sealed class PolicyAnswerSpecs
{
    [Fact(DisplayName = "Answers are written as Postfix reads them")]
    public void Shapes()
    {
        Assert.Equal("action=DUNNO\n\n", Written(PolicyAnswer.Dunno));
        Assert.Equal("action=DUNNO\n\n", Written(default));
        Assert.Equal("action=REJECT 5.7.1 stolen\n\n", Written(PolicyAnswer.Reject("5.7.1 stolen")));
        Assert.Equal("action=DEFER_IF_PERMIT 4.7.1 later\n\n", Written(PolicyAnswer.DeferIfPermit("4.7.1 later")));
        Assert.Equal("action=HOLD\n\n", Written(PolicyAnswer.Hold(" \r\n ")));
        Assert.Equal("action=PREPEND X-AccountGuard: reported\n\n", Written(PolicyAnswer.Prepend("X-AccountGuard", "reported")));
        Assert.Throws<ArgumentException>(() => PolicyAnswer.Prepend("X: y\nBcc", "z"));
    }

    [Fact(DisplayName = "No text becomes a second line, a control character or a long one")]
    public void Clean() =>
        Gen.String[Gen.Char, 0, 600]
            .Sample(
                text =>
                {
                    foreach (
                        var answer in (PolicyAnswer[])
                            [PolicyAnswer.Reject(text), PolicyAnswer.DeferIfPermit(text), PolicyAnswer.Hold(text), PolicyAnswer.Prepend("X-A", text)]
                    )
                    {
                        var written = Written(answer);
                        Assert.EndsWith("\n\n", written, StringComparison.Ordinal);
                        Assert.All(written[..^2], static c => Assert.InRange(c, ' ', '~'));
                        Assert.InRange(written.Length, 1, 240);
                    }
                },
                iter: FuzzEffort.Inputs
            );

    private static string Written(PolicyAnswer answer)
    {
        var writer = new ArrayBufferWriter<byte>();
        answer.WriteTo(writer);
        return Encoding.UTF8.GetString(writer.WrittenSpan);
    }
}
