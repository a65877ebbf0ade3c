using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Platform;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Guard.Host.Web.People;

/// <summary>
/// Hashes passwords on few threads of its own, which go after everything else on the machine: anybody may make the guard hash before they are known, and nobody who
/// asks for a decision may wait for it. What waits is bounded; people whose browser is known have a queue of their own, which goes first.
/// </summary>
internal sealed class PasswordWork : IDisposable
{
    /// <summary>PBKDF2-HMAC-SHA512 with the rounds that OWASP recommends.</summary>
    public const int Rounds = 220_000;

    /// <summary>Of each queue. At some 0.1 s each, whoever is last in it still hears within seconds.</summary>
    public const int MaxWaiting = 32;

    private const int MaxThreads = 4;
    private const int Nice = 10;

    private readonly Queue<Action<PasswordHasher<Person>>> _known = new();
    private readonly Queue<Action<PasswordHasher<Person>>> _strangers = new();
    private readonly Lock _starting = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly CancellationTokenSource _over = new();

    /// <summary>Checked when there is no such person, so that the answer takes as long.</summary>
    private readonly Lazy<string> _nobodys = new(() => Hasher().HashPassword(new Person(), RandomSecret.New()));

    private bool _started;

    private static int Threads => Math.Clamp(Environment.ProcessorCount / 2, 1, MaxThreads);

    /// <summary>Whether it is the person's password. For nobody, and for a person without one, never, after as long.</summary>
    /// <param name="known">The asker's browser or session is known.</param>
    /// <exception cref="UnavailableException">Too many wait already.</exception>
    public Task<bool> IsRightAsync(Person? person, string password, bool known, CancellationToken cancel) =>
        RunAsync(
            hasher =>
            {
                var right = hasher.VerifyHashedPassword(person ?? new Person(), person?.PasswordHash ?? _nobodys.Value, password);
                return person?.PasswordHash is not null && right != PasswordVerificationResult.Failed;
            },
            known,
            cancel
        );

    /// <exception cref="UnavailableException">Too many wait already.</exception>
    public Task<string> HashAsync(Person person, string password, CancellationToken cancel) =>
        RunAsync(hasher => hasher.HashPassword(person, password), true, cancel);

    private Task<T> RunAsync<T>(Func<PasswordHasher<Person>, T> work, bool known, CancellationToken cancel)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_starting)
        {
            var queue = known ? _known : _strangers;
            if (queue.Count >= MaxWaiting || _over.IsCancellationRequested)
                throw new UnavailableException("too many sign in at once; try again in a moment");
            queue.Enqueue(hasher => Complete(done, work, hasher, cancel));
            Start();
        }
        _work.Release();
        return done.Task;
    }

    private static void Complete<T>(TaskCompletionSource<T> done, Func<PasswordHasher<Person>, T> work, PasswordHasher<Person> hasher, CancellationToken cancel)
    {
        // Who has gone needs no answer.
        if (cancel.IsCancellationRequested)
        {
            done.TrySetCanceled(cancel);
            return;
        }
        try
        {
            done.TrySetResult(work(hasher));
        }
        catch (Exception failure) when (failure is FormatException or ArgumentException or System.Security.Cryptography.CryptographicException)
        {
            done.TrySetException(failure);
        }
    }

    private void Start()
    {
        if (_started)
            return;
        _started = true;
        for (var thread = 0; thread < Threads; thread++)
            new Thread(Work) { IsBackground = true, Name = "passwords" }.Start();
    }

    private void Work()
    {
        ThreadNice.LetOthersGoFirst(Nice);
        var hasher = Hasher();
        try
        {
            while (true)
            {
                _work.Wait(_over.Token);
                Action<PasswordHasher<Person>>? next;
                lock (_starting)
                {
                    if (!_known.TryDequeue(out next))
                        _strangers.TryDequeue(out next);
                }
                next?.Invoke(hasher);
            }
        }
        catch (OperationCanceledException) { }
    }

    private static PasswordHasher<Person> Hasher() => new(Options.Create(new PasswordHasherOptions { IterationCount = Rounds }));

    public void Dispose() => _over.Cancel();
}
