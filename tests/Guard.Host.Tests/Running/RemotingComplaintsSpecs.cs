using System.Runtime.Serialization;
using Akka.Event;
using Guard.Host.Clustering.Wire;
using Guard.Host.Running;
using Guard.Host.Tests.DovecotAuthPolicy;
using Xunit;

namespace Guard.Host.Tests.Running;

public sealed class RemotingComplaintsSpecs
{
    private readonly ManualClock _clock = new();

    private static Warning Complaint(string text, Exception? cause = null) => new(cause, "remoting", typeof(Akka.Remote.AssociationErrorEvent), text);

    [Fact]
    public void A_thousand_knocks_are_one_line_a_minute_with_their_number()
    {
        var complaints = new RemotingComplaints(_clock);
        var lines = Enumerable
            .Range(0, 1000)
            .Select(_ => complaints.TextOf(Complaint("Rejected incoming connection\nwith many\nlines")))
            .Where(line => line is not null)
            .ToArray();
        Assert.Equal(["Rejected incoming connection"], lines);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(
            "Rejected incoming connection (999 more of this kind since the last such line)",
            complaints.TextOf(Complaint("Rejected incoming connection\nwith more"))
        );
    }

    [Fact]
    public void What_was_refused_is_told_where_it_was_refused_and_others_complaints_are_told_in_full()
    {
        var complaints = new RemotingComplaints(_clock);
        Assert.Null(complaints.TextOf(Complaint("Deserialization failed", new SerializationException("nested", new RefusedMessageException("3/ is refused")))));
        var other = new Warning("source", typeof(string), "two\nlines");
        Assert.Equal("two\nlines", complaints.TextOf(other));
        Assert.Equal("two\nlines", complaints.TextOf(other));
    }
}
