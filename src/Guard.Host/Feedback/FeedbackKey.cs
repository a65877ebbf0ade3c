using System.Security.Cryptography;

namespace Guard.Host.Feedback;

/// <summary>The key that signs links, made at the first start and readable by the guard alone. Nodes of a cluster share one: copy the file.</summary>
public static class FeedbackKey
{
    public const int Length = 32;

    /// <exception cref="IOException">The file cannot be made, or is no key.</exception>
    public static byte[] Of(string dataDirectory)
    {
        var file = Path.Combine(dataDirectory, "feedback.key");
        if (!File.Exists(file))
        {
            Directory.CreateDirectory(dataDirectory);
            var part = $"{file}.{Environment.ProcessId}";
            using (
                var stream = new FileStream(
                    part,
                    new FileStreamOptions
                    {
                        Mode = FileMode.Create,
                        Access = FileAccess.Write,
                        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                    }
                )
            )
            {
                stream.Write(RandomNumberGenerator.GetBytes(Length));
                stream.Flush(flushToDisk: true);
            }
            File.Move(part, file);
        }
        var key = File.ReadAllBytes(file);
        return key.Length == Length
            ? key
            : throw new IOException($"{file}: is not a key of {Length} bytes; remove it to make a new one, and links in mails end");
    }
}
