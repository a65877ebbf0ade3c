using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Guard.Host.Intake.Files;

/// <summary>
/// Keeps one checkpoint per followed log in a file that is always whole: written beside, flushed to the disk, then renamed over the old one.
/// </summary>
public sealed class CheckpointStore(string directory)
{
    private const int Version = 1;

    public string FileOf(string path) =>
        Path.Combine(directory, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..16] + ".checkpoint");

    /// <exception cref="IOException">The disk is full or the directory cannot be written.</exception>
    public void Save(FollowCheckpoint checkpoint)
    {
        Directory.CreateDirectory(directory);
        using var memory = new MemoryStream();
        using (var writer = new BinaryWriter(memory, Encoding.UTF8, true))
        {
            writer.Write(Version);
            writer.Write(checkpoint.Path);
            writer.Write(checkpoint.Generation);
            writer.Write(checkpoint.Offset);
            writer.Write(checkpoint.Fingerprint.Length);
            writer.Write(checkpoint.Fingerprint.Hash);
            writer.Write(checkpoint.ParserState.Length);
            writer.Write(checkpoint.ParserState);
        }
        var body = memory.ToArray();
        var file = FileOf(checkpoint.Path);
        var beside = file + ".new";
        using (var stream = new FileStream(beside, FileMode.Create, FileAccess.Write))
        {
            stream.Write(SHA256.HashData(body));
            stream.Write(body);
            stream.Flush(flushToDisk: true);
        }
        File.Move(beside, file, overwrite: true);
        FlushDirectory();
    }

    /// <summary>The checkpoint; null when there is none. <paramref name="damage"/> says why one that is there cannot be used.</summary>
    public FollowCheckpoint? Load(string path, out string? damage)
    {
        damage = null;
        var file = FileOf(path);
        try
        {
            if (!File.Exists(file))
                return null;
            var bytes = File.ReadAllBytes(file);
            if (bytes.Length < 32 || !SHA256.HashData(bytes.AsSpan(32)).AsSpan().SequenceEqual(bytes.AsSpan(0, 32)))
            {
                damage = $"{file}: checksum does not match";
                return null;
            }
            using var reader = new BinaryReader(new MemoryStream(bytes, 32, bytes.Length - 32), Encoding.UTF8);
            var version = reader.ReadInt32();
            if (version != Version)
            {
                damage = $"{file}: written by another version ({version})";
                return null;
            }
            var read = new FollowCheckpoint(reader.ReadString(), reader.ReadUInt32(), reader.ReadInt64(), new FileFingerprint(reader.ReadInt32(), reader.ReadString()), []);
            return read with { ParserState = reader.ReadBytes(reader.ReadInt32()) };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            damage = $"{file}: {failure.Message}";
            return null;
        }
    }

    /// <summary>The rename itself must reach the disk too.</summary>
    private void FlushDirectory()
    {
        try
        {
            using SafeFileHandle handle = File.OpenHandle(directory, FileMode.Open, FileAccess.Read);
            RandomAccess.FlushToDisk(handle);
        }
        catch (Exception unsupported) when (unsupported is UnauthorizedAccessException or IOException)
        {
            // Not every file system lets a directory be opened; then the rename is as durable as it makes it.
        }
    }
}
