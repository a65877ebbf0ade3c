using Akka.Actor;
using CsCheck;
using Guard.Actors.Entities;
using Xunit;

namespace Guard.Actors.Tests.Clustering;

/// <summary>The mailbox of entities against a plain list.</summary>
public sealed class CompactMailboxProperties
{
    [Fact]
    public void It_gives_what_it_was_given_in_the_order_of_a_list() =>
        Gen.Int[0, 3]
            .Array[0, 300]
            .Sample(acts =>
            {
                var (queue, list, number) = (new CompactMessageQueue(), new LinkedList<object>(), 0);
                foreach (var act in acts)
                {
                    switch (act)
                    {
                        case 0:
                        case 1:
                            queue.Enqueue(ActorRefs.Nobody, new Envelope(++number, ActorRefs.Nobody));
                            list.AddLast(number);
                            break;
                        case 2:
                            queue.EnqueueFirst(new Envelope(++number, ActorRefs.Nobody));
                            list.AddFirst(number);
                            break;
                        default:
                            var has = queue.TryDequeue(out var envelope);
                            Assert.Equal(list.Count > 0, has);
                            if (!has)
                                break;
                            Assert.Equal(list.First!.Value, envelope.Message);
                            list.RemoveFirst();
                            break;
                    }
                    Assert.Equal(list.Count, queue.Count);
                    Assert.Equal(list.Count > 0, queue.HasMessages);
                }
            });

    [Fact]
    public async Task Nothing_is_lost_or_doubled_between_many_writers_and_a_reader()
    {
        const int Writers = 4;
        const int Each = 20_000;
        var queue = new CompactMessageQueue();
        var writing = Enumerable
            .Range(0, Writers)
            .Select(writer =>
                Task.Run(() =>
                {
                    for (var i = 0; i < Each; i++)
                        queue.Enqueue(ActorRefs.Nobody, new Envelope((writer, i), ActorRefs.Nobody));
                })
            )
            .ToArray();
        var next = new int[Writers];
        for (var taken = 0; taken < Writers * Each;)
        {
            if (!queue.TryDequeue(out var envelope))
            {
                await Task.Yield();
                continue;
            }
            var (writer, i) = ((int, int))envelope.Message;
            Assert.Equal(next[writer]++, i);
            taken++;
        }
        await Task.WhenAll(writing);
        Assert.False(queue.HasMessages);
    }
}
