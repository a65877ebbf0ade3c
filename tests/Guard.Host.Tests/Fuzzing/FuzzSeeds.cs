using System.Text;
using Xunit;

namespace Guard.Host.Tests.Fuzzing;

/// <summary>The kept inputs. An input that once was trouble is added as a file and tried first in every run.</summary>
internal static class FuzzSeeds
{
    private static string Directory => Path.Combine(Repository.Root, "tests", "Guard.Host.Tests", "Fuzzing", "Seeds");

    public static List<byte[]> Of(string protocol)
    {
        List<byte[]> seeds =
        [
            .. Files(protocol, "*.txt").Select(File.ReadAllBytes),
            .. Files(protocol, "*.hex").Select(file => Convert.FromHexString(string.Concat(File.ReadAllLines(file)))),
        ];
        Assert.NotEmpty(seeds);
        return seeds;
    }

    /// <summary>Requests as real servers wrote them, where the project's captures lie beside the repository.</summary>
    public static IEnumerable<byte[]> Captured(string name, string first)
    {
        var file = Path.Combine(Repository.Root, "..", "shared", "captures", name);
        if (!File.Exists(file))
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{file} is not there: the kept seeds alone are used");
            yield break;
        }
        var text = new StringBuilder();
        foreach (var line in File.ReadLines(file))
        {
            if (text.Length > 0 && (line.Length == 0 || line.StartsWith(">>", StringComparison.Ordinal)))
            {
                yield return Encoding.UTF8.GetBytes(text.Append('\n').ToString());
                text.Clear();
            }
            else if (text.Length > 0 || line.StartsWith(first, StringComparison.Ordinal))
            {
                text.Append(line).Append('\n');
            }
        }
    }

    private static IEnumerable<string> Files(string protocol, string pattern) =>
        System.IO.Directory.EnumerateFiles(Directory, $"{protocol}-{pattern}").Order(StringComparer.Ordinal);
}
