using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Guard.Host.Intake.Files;

/// <summary>
/// Keeps one checkpoint per source in a file that is always whole: written beside, flushed to the disk, then renamed over the old one. The one before
/// it is kept as well: with it more is read again, but recognised, where without any the numbering would begin anew.
/// </summary>
public sealed class CheckpointStore(string directory)
{
    /// <summary>1 had neither tail, nor identity, nor journal head, nor cursor.</summary>
    private const int Version = 2;

    public string FileOf(string path) => Path.Combine(directory, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..16] + ".checkpoint");

    public bool Has(string path) => File.Exists(FileOf(path));

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
            Write(writer, checkpoint.Fingerprint);
            writer.Write(checkpoint.ParserState.Length);
            writer.Write(checkpoint.ParserState);
            Write(writer, checkpoint.Tail);
            writer.Write(checkpoint.Identity.Device);
            writer.Write(checkpoint.Identity.Inode);
            writer.Write(checkpoint.JournalHead);
            writer.Write(checkpoint.Cursor);
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
        if (File.Exists(file))
            File.Move(file, Older(file), overwrite: true);
        File.Move(beside, file, overwrite: true);
        FlushDirectory();
    }

    /// <summary>
    /// The checkpoint, or the one before it when that is damaged; null when there is none. <paramref name="damage"/> says why one that is there
    /// cannot be used.
    /// </summary>
    public FollowCheckpoint? Load(string path, out string? damage)
    {
        var file = FileOf(path);
        return Read(file, out damage) ?? Read(Older(file), out damage, damage);
    }

    /// <summary>Forgets a source that is gone for good.</summary>
    public void Delete(string path)
    {
        try
        {
            File.Delete(FileOf(path));
            File.Delete(Older(FileOf(path)));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It is looked at again at the next start.
        }
    }

    /// <summary>Of all sources whose checkpoint can be read.</summary>
    public IReadOnlyList<FollowCheckpoint> All() =>
        !Directory.Exists(directory) ? [] : [.. Directory.GetFiles(directory, "*.checkpoint").Select(file => Read(file, out _)).OfType<FollowCheckpoint>()];

    private static string Older(string file) => file + ".old";

    private static FollowCheckpoint? Read(string file, out string? damage, string? before = null)
    {
        damage = before;
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
            if (version is < 1 or > Version)
            {
                damage = $"{file}: written by another version ({version})";
                return null;
            }
            return Read(reader, version);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            damage = $"{file}: {failure.Message}";
            return null;
        }
    }

    private static FollowCheckpoint Read(BinaryReader reader, int version)
    {
        var read = new FollowCheckpoint(reader.ReadString(), reader.ReadUInt32(), reader.ReadInt64(), Fingerprint(reader), []);
        read = read with { ParserState = reader.ReadBytes(reader.ReadInt32()) };
        return version == 1
            ? read
            : read with
            {
                Tail = Fingerprint(reader),
                Identity = new FileIdentity(reader.ReadUInt64(), reader.ReadUInt64()),
                JournalHead = reader.ReadInt64(),
                Cursor = reader.ReadString(),
            };
    }

    private static void Write(BinaryWriter writer, FileFingerprint fingerprint)
    {
        writer.Write(fingerprint.Length);
        writer.Write(fingerprint.Hash ?? "");
    }

    private static FileFingerprint Fingerprint(BinaryReader reader) => new(reader.ReadInt32(), reader.ReadString());

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
