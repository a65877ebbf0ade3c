using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Guard.Host.Platform;

namespace Guard.EndToEnd.Tests.Firewall;

/// <summary>A network namespace: runs programs in it and makes sockets that live in it.</summary>
internal sealed class NetworkNamespace(IProcessRunner runner, string name) : IProcessRunner
{
    private const int CloneNewNet = 0x40000000;

    public string Name { get; } = name;

    public Task<ProcessOutcome> Run(ProcessRequest request, CancellationToken cancellation = default) =>
        runner.Run(request with { Program = "ip", Arguments = ["netns", "exec", Name, request.Program, .. request.Arguments] }, cancellation);

    /// <summary>A socket belongs to the namespace of the thread that made it, for good; so a thread of its own makes it and ends.</summary>
    public Socket Socket(AddressFamily family)
    {
        Socket? socket = null;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var handle = File.OpenHandle($"/run/netns/{Name}");
                if (SetNamespace(handle.DangerousGetHandle().ToInt32(), CloneNewNet) != 0)
                    throw new Win32Exception(Marshal.GetLastPInvokeError());
                socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp);
            }
            catch (Exception caught)
            {
                failure = caught;
            }
        });
        thread.Start();
        thread.Join();
        return socket ?? throw new IOException($"no socket in {Name}", failure);
    }

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static extern int SetNamespace(int handle, int type);
}
