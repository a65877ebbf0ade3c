using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Guard.Host.Platform;

namespace Guard.Host.Enforcement.Locks;

/// <summary>
/// Remembers in a file what AccountGuard did to something that cannot be asked for it, so that it undoes this and nothing else. It is written before
/// the deed: a deed that is not remembered would never be undone.
/// </summary>
internal sealed class LockLedger<T>(string path, JsonTypeInfo<Dictionary<string, T>> json)
{
    private Dictionary<string, T>? _entries;

    public IReadOnlyDictionary<string, T> Entries => Loaded;

    private Dictionary<string, T> Loaded => _entries ??= Read();

    public void Note(string key, T entry)
    {
        Loaded[key] = entry;
        Save();
    }

    public void Forget(string key)
    {
        if (Loaded.Remove(key))
            Save();
    }

    public void Change(IEnumerable<KeyValuePair<string, T>> note, IEnumerable<string> forget)
    {
        foreach (var key in forget)
            Loaded.Remove(key);
        foreach (var (key, entry) in note)
            Loaded[key] = entry;
        Save();
    }

    private void Save() => AtomicFile.Write(path, JsonSerializer.Serialize(Loaded, json));

    private Dictionary<string, T> Read()
    {
        if (!File.Exists(path))
            return new(StringComparer.Ordinal);
        try
        {
            return new(JsonSerializer.Deserialize(File.ReadAllText(path), json) ?? [], StringComparer.Ordinal);
        }
        catch (JsonException failure)
        {
            // Starting anew would leave accounts locked for ever without anybody knowing.
            throw new EnforcementException($"the record of what AccountGuard locked, {path}, cannot be read: {failure.Message}", failure);
        }
    }
}
