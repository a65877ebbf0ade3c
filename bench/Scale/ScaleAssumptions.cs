namespace Guard.Bench.Scale;

/// <summary>
/// What the simulations take for given. The figures of one node are measured (bench/RESULTS.md says on what machine); those of the traffic are guesses about a
/// large provider, said here so that others can be put in.
/// </summary>
/// <param name="ObservationsEach">Logins, failures and mails of an account in a day.</param>
/// <param name="MailsEach">Of these, mails.</param>
/// <param name="Peak">The busiest hour over the mean.</param>
/// <param name="InlineShare">Share of observations for which a mail server waits.</param>
/// <param name="RecoveriesPerNode">Sleeping accounts a node wakes in a second.</param>
/// <param name="RowsPerJournal">Rows that one PostgreSQL takes in a second.</param>
/// <param name="ObservationsPerRow">Observations that share a journal row.</param>
/// <param name="SiteRowsPerSecond">Writes that one site entity makes one after the other in a second.</param>
/// <param name="DownAfter">From the failure until the others count the lost nodes as down (failure detector 2.5 s and stable-after 3 s,
/// docs/cluster.md).</param>
/// <param name="AllotShards">From then until all lost shards have a new home.</param>
public sealed record ScaleAssumptions(
    long Accounts = 100_000_000,
    int Nodes = 100,
    int Shards = 1000,
    double ObservationsEach = 40,
    double MailsEach = 2.5,
    double Peak = 3,
    double InlineShare = 0.25,
    double RecoveriesPerNode = 5000,
    double RowsPerJournal = 10_000,
    double ObservationsPerRow = 1.2,
    double SiteRowsPerSecond = 1000,
    double DownAfter = 6,
    double AllotShards = 3
)
{
    public double ObservationsPerSecond => Accounts * ObservationsEach / 86_400 * Peak;

    public int Journals => (int)Math.Ceiling(ObservationsPerSecond / ObservationsPerRow / RowsPerJournal);
}
