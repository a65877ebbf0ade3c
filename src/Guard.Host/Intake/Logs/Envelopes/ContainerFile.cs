using System.Text;

namespace Guard.Host.Intake.Logs.Envelopes;

/// <summary>
/// The container whose output a file is, by where Kubernetes keeps it: <c>/var/log/containers/POD_NAMESPACE_CONTAINER-ID.log</c> and
/// <c>/var/log/pods/NAMESPACE_POD_UID/CONTAINER/0.log</c>. The lines themselves (CRI) do not say.
/// </summary>
internal static class ContainerFile
{
    private const int IdLength = 64;

    /// <summary>Empty for other files.</summary>
    public static byte[] NameOf(string? path)
    {
        var parts = path?.Split('/') ?? [];
        return parts switch
        {
            [.., "containers", var file] => Encoding.UTF8.GetBytes(OfLink(file)),
            [.., "pods", var pod, var container, var file] when pod.Count(c => c == '_') >= 2 && IsCounted(file) => Encoding.UTF8.GetBytes(container),
            _ => [],
        };
    }

    private static string OfLink(string file)
    {
        var start = file.LastIndexOf('_') + 1;
        var end = file.IndexOf(".log", StringComparison.Ordinal) - IdLength - 1;
        return start > 0 && end > start && file[end] == '-' && file[(end + 1)..(end + 1 + IdLength)].All(char.IsAsciiHexDigitLower) ? file[start..end] : "";
    }

    /// <summary><c>0.log</c>; those that were rotated have a date behind it.</summary>
    private static bool IsCounted(string file) => file.IndexOf(".log", StringComparison.Ordinal) is > 0 and var end && file[..end].All(char.IsAsciiDigit);
}
