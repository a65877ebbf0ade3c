using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Guard.Host.Platform;

/// <summary>Runs a program without a shell, with a small environment, a time limit and bounded output.</summary>
public sealed class ProcessRunner : IProcessRunner
{
    // A daemon's own path may lack the directories in which administrators' tools are.
    private const string SearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public async Task<ProcessOutcome> Run(ProcessRequest request, CancellationToken cancellation = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(request.Timeout);
        using var process = Start(request);
        try
        {
            request.OnStarted?.Invoke(process.Id);
            var input = Feed(process, request.Input, limit.Token);
            var output = OrEnd(
                process,
                request.OnLine is { } sink ? ReadLines(process.StandardOutput, sink, limit.Token) : Read(process.StandardOutput, request, limit.Token)
            );
            var error = OrEnd(process, Read(process.StandardError, request, limit.Token));
            await Task.WhenAll(input, output, error).ConfigureAwait(false);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            return new ProcessOutcome(process.ExitCode, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new EnforcementException($"{request.Program} did not finish within {request.Timeout.TotalSeconds:0.#} s and was ended");
        }
        finally
        {
            End(process);
        }
    }

    private static Process Start(ProcessRequest request)
    {
        var utf8 = new UTF8Encoding(false);
        var start = new ProcessStartInfo(Find(request.Program))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = utf8,
            StandardOutputEncoding = utf8,
            StandardErrorEncoding = utf8,
            WorkingDirectory = "/",
        };
        foreach (var argument in request.Arguments)
            start.ArgumentList.Add(argument);
        // Secrets of the daemon's environment are none of the program's business, and messages are compared in English.
        start.Environment.Clear();
        start.Environment["PATH"] = SearchPath;
        start.Environment["LC_ALL"] = "C";
        try
        {
            return Process.Start(start) ?? throw new EnforcementException($"{request.Program} could not be started");
        }
        catch (Win32Exception failure)
        {
            throw new EnforcementException($"{request.Program} could not be started: {failure.Message}", failure);
        }
    }

    private static string Find(string program)
    {
        if (program.Contains('/', StringComparison.Ordinal))
            return File.Exists(program) ? program : throw new EnforcementException($"{program} is not there");
        foreach (var directory in SearchPath.Split(':'))
            if (Path.Combine(directory, program) is var path && File.Exists(path))
                return path;
        throw new EnforcementException($"{program} is not installed (looked in {SearchPath})");
    }

    private static async Task Feed(Process process, string? input, CancellationToken cancellation)
    {
        try
        {
            if (input is not null)
                await process.StandardInput.WriteAsync(input.AsMemory(), cancellation).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading everything; its exit code and its words say why.
        }
    }

    // Whoever stops reading stops the program at once, or the other reader would wait for it until the time is up.
    private static async Task<string> OrEnd(Process process, Task<string> reading)
    {
        try
        {
            return await reading.ConfigureAwait(false);
        }
        catch
        {
            End(process);
            throw;
        }
    }

    private static async Task<string> Read(StreamReader reader, ProcessRequest request, CancellationToken cancellation)
    {
        var text = new StringBuilder();
        var buffer = new char[16 * 1024];
        while (await reader.ReadAsync(buffer, cancellation).ConfigureAwait(false) is var count && count > 0)
        {
            if (text.Length + count > request.OutputLimit)
                throw new EnforcementException($"{request.Program} wrote more than {request.OutputLimit} characters and was ended");
            text.Append(buffer, 0, count);
        }
        return text.ToString();
    }

    private static async Task<string> ReadLines(StreamReader reader, Action<string> sink, CancellationToken cancellation)
    {
        while (await reader.ReadLineAsync(cancellation).ConfigureAwait(false) is { } line)
            sink(line);
        return "";
    }

    private static void End(Process process)
    {
        try
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
        catch (Exception failure) when (failure is InvalidOperationException or Win32Exception)
        {
            // It ended in the meantime.
        }
    }
}
