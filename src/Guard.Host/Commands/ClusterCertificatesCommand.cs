using System.CommandLine;
using Guard.Host.Clustering;

namespace Guard.Host.Commands;

/// <summary><c>accountguard cluster-certificates</c>: an authority of the cluster's own, and a certificate for each node.</summary>
public static class ClusterCertificatesCommand
{
    public static Command Create(Option<string> format)
    {
        var directory = new Argument<string>("DIRECTORY") { Description = "Where the PEM files go; an authority that is there is used on." };
        var nodes = new Argument<string[]>("NODE") { Description = "Names or addresses by which the nodes reach each other.", Arity = ArgumentArity.OneOrMore };
        var days = new Option<int>("--days") { Description = "How long a node's certificate holds.", DefaultValueFactory = _ => 730 };
        var command = new Command(
            "cluster-certificates",
            "Make the certificates that nodes of a cluster show each other: the authority, unless there is one, and one for each node."
        )
        {
            directory,
            nodes,
            days,
            format,
        };
        command.SetAction(result =>
            Run(result.GetValue(directory)!, result.GetValue(nodes)!, result.GetValue(days), Console.Out, Console.Error, result.GetValue(format) == "json")
        );
        return command;
    }

    internal static int Run(string directory, IReadOnlyList<string> nodes, int days, TextWriter output, TextWriter errors, bool json = false)
    {
        if (
            days is < 1 or > 3650
            || nodes.FirstOrDefault(node => node.Length == 0 || node.AsSpan().IndexOfAny('/', '\0') >= 0 || node is "ca" or "." or "..") is not null
        )
        {
            errors.WriteLine("days go from 1 to 3650, and a node is a name or an address");
            return 2;
        }
        try
        {
            string[] files = [.. ClusterCertificates.Make(directory, nodes, TimeSpan.FromDays(days), DateTimeOffset.UtcNow)];
            var next =
                $"Each node gets its own .crt and .key, and {Path.Combine(directory, "ca.crt")}; {Path.Combine(directory, "ca.key")} stays here, away from all nodes.";
            OutputFormat.Write(output, json, string.Join('\n', [.. files, next]), new { Files = files });
            return 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine(failure.Message);
            return 1;
        }
    }
}
