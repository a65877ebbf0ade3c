namespace Guard.Bench.Scale;

/// <summary>How unevenly accounts of very different traffic fall on nodes, when each account's shard comes from its hash and each node has as many shards as
/// the others, give or take one.</summary>
public static class ShardBalance
{
    /// <param name="spread">Standard deviation of the logarithm of an account's traffic; 1.5: the busiest hundredth makes a third of all traffic.</param>
    public static double[] ShardLoads(long accounts, int shards, double spread, ulong seed)
    {
        var loads = new double[shards];
        var dice = new SeededDice(seed);
        for (long account = 0; account < accounts; account++)
            loads[SeededDice.Mix((ulong)account) % (ulong)shards] += Math.Exp(spread * dice.Normal());
        return loads;
    }

    /// <summary>Loads of nodes after shards were dealt out by count alone, as Akka's least-shard strategy does.</summary>
    public static double[] NodeLoads(double[] shards, int nodes)
    {
        var loads = new double[nodes];
        for (var shard = 0; shard < shards.Length; shard++)
            loads[shard % nodes] += shards[shard];
        return loads;
    }

    /// <summary>The busiest over the mean.</summary>
    public static double Unevenness(double[] loads) => loads.Max() / loads.Average();
}
