using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Serilog;

namespace Guard.Host.Enforcement.Memory;

/// <summary>What enforcement remembers of what was observed: who is at home behind an address, and which mails an account handed in. It outlives the
/// process.</summary>
public sealed class EnforcementMemory : IAsyncDisposable
{
    private static readonly TimeSpan FlushEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SaveEvery = TimeSpan.FromMinutes(5);

    private readonly string _company;
    private readonly ILogger _log;
    private readonly Timer _flush;
    private readonly Timer _save;

    private EnforcementMemory(string directory, ILogger log)
    {
        _log = log;
        _company = Path.Combine(directory, "address-company");
        Submissions = new SubmissionMemory(directory);
        Load();
        _flush = new Timer(_ => Try("submissions", Submissions.Flush), null, FlushEvery, FlushEvery);
        _save = new Timer(_ => Try("addresses", Save), null, SaveEvery, SaveEvery);
    }

    public AddressCompany Company { get; } = new();

    public SubmissionMemory Submissions { get; }

    public AdminAddresses Admins { get; } = new();

    public static EnforcementMemory Open(string dataDirectory, ILogger log)
    {
        var directory = Path.Combine(dataDirectory, "enforcement");
        Directory.CreateDirectory(directory);
        return new EnforcementMemory(directory, log);
    }

    public void See(Observation observation)
    {
        Company.See(observation);
        Submissions.See(observation);
    }

    /// <summary>Forgets an account, in the files as well.</summary>
    /// <returns>How many addresses and submissions it had.</returns>
    /// <exception cref="IOException">The files cannot be written.</exception>
    public long Forget(UserId user)
    {
        var forgotten = Company.Forget(user) + Submissions.Forget(user);
        Save();
        return forgotten;
    }

    private void Load()
    {
        if (!File.Exists(_company))
            return;
        try
        {
            using var file = File.OpenRead(_company);
            Company.Load(file, DateTimeOffset.UtcNow);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _log.Warning("{File}: {Why:l}; who is at home behind which address is learnt anew", _company, failure.Message);
        }
    }

    private void Save()
    {
        var fresh = _company + ".new";
        using (var file = File.Create(fresh))
            Company.Save(file);
        File.Move(fresh, _company, overwrite: true);
    }

    // A full disk is told of by the journal, which matters more; this is tried again.
    private void Try(string what, Action act)
    {
        try
        {
            act();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            _log.Debug("{What} could not be written: {Why:l}", what, failure.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _flush.DisposeAsync().ConfigureAwait(false);
        await _save.DisposeAsync().ConfigureAwait(false);
        Try("addresses", Save);
        Try("submissions", Submissions.Dispose);
        Admins.Dispose();
    }
}
