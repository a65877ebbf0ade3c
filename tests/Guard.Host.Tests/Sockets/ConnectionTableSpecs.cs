using CsCheck;
using Guard.Host.Intake.Sockets;
using Xunit;

namespace Guard.Host.Tests.Sockets;

/// <summary>Who has to go when a listener is full.</summary>
public sealed class ConnectionTableSpecs
{
    private readonly List<string> _cut = [];

    private ConnectionLease? Admit(ConnectionTable table, string name, bool known = true, string? source = null) =>
        table.Admit(source ?? name, known, () => _cut.Add(name));

    [Fact]
    public void Strangers_go_before_anybody_who_is_known()
    {
        var table = new ConnectionTable(3, 2);
        Admit(table, "postfix");
        Admit(table, "nobody", known: false);
        Admit(table, "dovecot");
        Assert.NotNull(Admit(table, "exim"));
        Assert.Equal(["nobody"], _cut);
    }

    [Fact]
    public void Strangers_have_few_places_and_push_out_each_other()
    {
        var table = new ConnectionTable(100, 2);
        for (var i = 0; i < 50; i++)
            Assert.NotNull(Admit(table, $"nobody{i}", known: false, source: "uid 65534"));
        Assert.Equal(2, table.Open);
        Assert.Equal(48, _cut.Count);
    }

    [Fact]
    public void Of_the_known_the_source_that_has_most_makes_room_and_who_said_nothing_goes_first()
    {
        var table = new ConnectionTable(4, 1);
        Admit(table, "quiet", source: "192.0.2.1");
        var served = Admit(table, "served", source: "192.0.2.7")!;
        served.Work();
        served.Rest();
        Admit(table, "idle1", source: "192.0.2.7");
        Admit(table, "idle2", source: "192.0.2.7");
        Admit(table, "new1", source: "192.0.2.9");
        Admit(table, "new2", source: "192.0.2.10");
        Assert.Equal(["idle1", "idle2"], _cut);
    }

    [Fact]
    public void Whose_question_is_at_work_is_never_cut_and_a_newcomer_finds_no_place_then()
    {
        var table = new ConnectionTable(1, 1);
        var working = Admit(table, "working")!;
        working.Work();
        Assert.Null(Admit(table, "newcomer"));
        working.Rest();
        Assert.NotNull(Admit(table, "newcomer"));
        Assert.Equal(["working"], _cut);
    }

    [Fact]
    public void What_a_connection_does_after_it_was_cut_changes_nothing()
    {
        var table = new ConnectionTable(1, 1);
        var first = Admit(table, "first")!;
        Admit(table, "second");
        first.Work();
        first.Rest();
        first.Leave();
        Assert.Equal(1, table.Open);
        Admit(table, "third");
        Assert.Equal(["first", "second"], _cut);
    }

    [Fact]
    public void Whatever_happens_in_whatever_order_the_bounds_hold_and_nobody_at_work_is_cut() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 9])
            .Array[0, 200]
            .Sample(steps =>
            {
                var table = new ConnectionTable(5, 2);
                var working = new HashSet<int>();
                var leases = new Dictionary<int, ConnectionLease>();
                var number = 0;
                foreach (var (act, which) in steps)
                {
                    var key = number++;
                    if (act == 0)
                    {
                        if (
                            table.Admit(
                                $"source{which % 3}",
                                which % 4 != 0,
                                () =>
                                {
                                    Assert.DoesNotContain(key, working);
                                    leases.Remove(key);
                                }
                            ) is
                            { } lease
                        )
                        {
                            leases[key] = lease;
                        }
                    }
                    else if (leases.Count > 0)
                    {
                        var chosen = leases.Keys.ElementAt(which % leases.Count);
                        if (act == 1 && working.Add(chosen))
                            leases[chosen].Work();
                        if (act == 2 && working.Remove(chosen))
                            leases[chosen].Rest();
                        if (act == 3)
                        {
                            working.Remove(chosen);
                            leases[chosen].Leave();
                            leases.Remove(chosen);
                        }
                    }
                    Assert.InRange(table.Open, 0, 5);
                    Assert.Equal(leases.Count, table.Open);
                }
            });
}
