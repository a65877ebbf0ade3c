using System.Text;

namespace Guard.Host.Configuration.Hocon;

/// <summary>Reads the files of a configuration, within limits: a device, a log or a loop of includes must not fill the memory.</summary>
internal sealed class SourceFiles(FaultCollector faults)
{
    public const int LargestFile = 4 * 1024 * 1024;
    private const int LargestTotal = 4 * LargestFile;
    private const int MaxFiles = 256;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private int _files;
    private int _total;

    public FaultCollector Faults => faults;

    /// <summary>Some file was no HOCON, so what was read is not all there is.</summary>
    public bool IsBroken { get; set; }

    /// <summary>The text; null when there is none, with a fault that the caller may put where the file was named.</summary>
    public string? Read(string path, Func<ConfigurationFault, ConfigurationFault> placed)
    {
        try
        {
            if (Directory.Exists(path))
                return Refuse("is a directory", "a readable file");
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = Bytes(stream);
            if (bytes is null)
                return Refuse($"is larger than {LargestFile / 1024 / 1024} MiB", "a configuration");
            if (++_files > MaxFiles || (_total += bytes.Length) > LargestTotal)
                return Refuse(
                    "is one file too many",
                    $"at most {MaxFiles} files and {LargestTotal / 1024 / 1024} MiB, each file counted as often as it is included"
                );
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException failure)
        {
            return Refuse($"byte {failure.Index + 1} is not UTF-8", "a text in UTF-8");
        }
        catch (FileNotFoundException)
        {
            return Refuse("is not there", "a readable file");
        }
        catch (DirectoryNotFoundException)
        {
            return Refuse("is not there", "a readable file");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return Refuse(failure.Message, "a readable file");
        }

        string? Refuse(string problem, string expected)
        {
            faults.Add(placed(new ConfigurationFault(path, 0, "file", problem, expected)));
            return null;
        }
    }

    private static byte[]? Bytes(FileStream stream)
    {
        // The length says nothing for pipes and devices.
        using var all = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (var read = stream.Read(buffer); read > 0; read = stream.Read(buffer))
        {
            all.Write(buffer, 0, read);
            if (all.Length > LargestFile)
                return null;
        }
        return all.ToArray();
    }
}
