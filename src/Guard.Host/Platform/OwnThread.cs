namespace Guard.Host.Platform;

/// <summary>
/// Blocking waits of a thread that belongs to who waits: one that reads a log, keeps an archive, or ends a command. On a thread of the pool or of a dispatcher a wait
/// like these takes it from everybody else, so nothing but this file may block (BannedSymbols.txt).
/// </summary>
public static class OwnThread
{
#pragma warning disable RS0030 // The one place.
    public static void Await(Task task) => task.GetAwaiter().GetResult();

    public static T Await<T>(Task<T> task) => task.GetAwaiter().GetResult();

    public static void Await(ValueTask task) => task.AsTask().GetAwaiter().GetResult();

    public static T Await<T>(ValueTask<T> task) => task.AsTask().GetAwaiter().GetResult();

    public static void Sleep(TimeSpan time) => Thread.Sleep(time);
#pragma warning restore RS0030
}
